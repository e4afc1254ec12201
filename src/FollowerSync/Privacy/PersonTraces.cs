using FollowerSync.Database;
using FollowerSync.Languages;

namespace FollowerSync.Privacy;

/// <summary>What names a person beside the person's own rows: conflicts, refusals, candidates, arrivals, lists, places reached in the order of openids, error texts.</summary>
internal static class PersonTraces
{
    // What names a person in a text: openid, unionid, address of the picture, and names long enough not to stand in every text.
    private const string NamesSql =
        """
        select n from unnest(@openIds || @unionIds) n
        union
        select n from (
            select unnest(array[nickname, remark, headimgurl]) as n from wechat.followers where app_id = @appId and openid = any(@openIds)
            union
            select unnest(array[nickname, remark, headimgurl]) from wechat.follower_versions where app_id = @appId and openid = any(@openIds)
            union
            select nickname from wechat.visitors where app_id = @appId and openid = any(@openIds)
        ) v
        where char_length(n) >= 6 or octet_length(n) >= 6
        """;

    private const string Cleared = "This text named a person who is forgotten since.";

    // Every text is compared with every name: they have no index, and errors are few.
    private const string ClearTextsSql =
        $"""
        with s as (update wechat.sync_runs set error = '{Cleared}', error_en = null
                   where app_id = @appId and error is not null and exists (select 1 from unnest(@names) n where position(n in concat_ws(' ', error, error_en)) > 0) returning 1),
             w as (update followersync.account_readings set why = array['{Cleared}', '{Cleared}']
                   where app_id = @appId and why is not null and exists (select 1 from unnest(@names) n where position(n in why[1]) > 0) returning 1),
             a as (update followersync.api_stops set reason = array['{Cleared}', '{Cleared}']
                   where app_id = @appId and exists (select 1 from unnest(@names) n where position(n in reason[1]) > 0) returning 1),
             l as (update followersync.listings set reason = array['{Cleared}', '{Cleared}']
                   where app_id = @appId and reason is not null and exists (select 1 from unnest(@names) n where position(n in reason[1]) > 0) returning 1),
             r as (update followersync.rejected_openids set errmsg = '{Cleared}'
                   where app_id = @appId and errmsg is not null and exists (select 1 from unnest(@names) n where position(n in errmsg) > 0) returning 1)
        select (select count(*) from s) + (select count(*) from w) + (select count(*) from a) + (select count(*) from l) + (select count(*) from r)
        """;

    private const string PlacesSql =
        """
        select asked_through from followersync.listings where app_id = @appId and asked_through = any(@openIds)
        union
        select last_openid from followersync.confirmations where app_id = @appId and last_openid = any(@openIds)
        union
        select asked_through from followersync.rotations where app_id = @appId and asked_through = any(@openIds)
        """;

    private const string BeforeSql =
        """
        select openid from wechat.followers
        where app_id = @appId and openid < @place and anonymised_at is null and openid <> all(@openIds)
        order by openid desc
        limit 1
        """;

    // What was pushed stays for its day without naming anybody: the same message, repeated, would bring the person back.
    // A place in the order of openids that was the person's becomes that of the nearest person before who stays: nobody stands between the two, so the place
    // means the same, nobody is asked twice or left out, and when that person goes it moves on. With nobody before, a place is the beginning, and a range is empty.
    private const string RemoveSql =
        """
        with c as (delete from wechat.identity_conflicts
                   where app_id = @appId and (openid = any(@openIds) or other_openid = any(@openIds) or stored_unionid = any(@unionIds)
                         or answered_unionid = any(@unionIds) or single_unionid = any(@unionIds)) returning 1),
             r as (delete from followersync.rejected_openids where app_id = @appId and openid = any(@openIds) returning 1),
             u as (delete from followersync.unfollow_candidates where app_id = @appId and openid = any(@openIds) returning 1),
             s as (delete from followersync.settled_doubts where app_id = @appId and openid = any(@openIds) returning 1),
             h as (delete from followersync.held_identities where app_id = @appId and (openid = any(@openIds) or unionid = any(@unionIds)) returning 1),
             b as (delete from followersync.arrivals
                   where app_id = @appId and openid = any(@openIds) and (source <> 'push' or received_at < now() - interval '1 day') returning 1),
             t as (update followersync.arrivals set openid = '', event_key = null, state = 'done'
                   where app_id = @appId and openid = any(@openIds) and source = 'push' and received_at >= now() - interval '1 day' returning 1),
             place as (select * from unnest(@places::text[], @before::text[]) p (openid, before)),
             k as (update followersync.listings set
                       next_openid = case when next_openid = any(@openIds) then null else next_openid end,
                       previous_openid = case when previous_openid = any(@openIds) then null else previous_openid end,
                       asked_through = coalesce((select before from place where openid = asked_through), asked_through),
                       status = case when status = 'open' and next_openid = any(@openIds) then 'dropped' else status end
                   where app_id = @appId and (next_openid = any(@openIds) or previous_openid = any(@openIds) or asked_through = any(@openIds)) returning 1),
             n as (delete from followersync.confirmations where app_id = @appId and last_openid = any(@openIds) returning last_openid, confirmed_at),
             m as (insert into followersync.confirmations (app_id, last_openid, confirmed_at)
                   select @appId, p.before, min(n.confirmed_at)
                   from n join place p on p.openid = n.last_openid
                   where p.before <> '' and not exists (
                         select 1 from followersync.confirmations b
                         where b.app_id = @appId and b.last_openid >= p.before and b.last_openid < p.openid and b.last_openid <> all(@openIds))
                   group by p.before),
             o as (update followersync.rotations set asked_through = coalesce((select before from place where openid = asked_through), asked_through)
                   where app_id = @appId and asked_through = any(@openIds) returning 1)
        select (select count(*) from c) + (select count(*) from r) + (select count(*) from u) + (select count(*) from s) + (select count(*) from h) + (select count(*) from k)
             + (select count(*) from n) + (select count(*) from o) + (select count(*) from b) + (select count(*) from t)
        """;

    // A list with fewer rows than it was told to have counts as lost in a crash of PostgreSQL. Different people are counted once it is read.
    private const string UnlistedSql =
        """
        , n as (select listing_id, count(*) as rows, count(distinct openid) as people from d group by listing_id),
        l as (update followersync.listings l set listed = greatest(0, l.listed - case when l.status = 'open' then n.rows else n.people end) from n where l.listing_id = n.listing_id returning 1)
        select coalesce(sum(rows), 0)::int from n
        """;

    private const string UnlistSql =
        $"""
        with d as (
            delete from followersync.listing_openids
            where openid = any(@openIds) and listing_id in (select listing_id from followersync.listings where app_id = @appId)
            returning listing_id, openid
        )
        {UnlistedSql}
        """;

    // In one walk through the list for all of them: it has no index by openid. A planner that takes those who are due for one or two would walk it for
    // each of them.
    private const string UnlistDueSql =
        $"""
        set local enable_nestloop = off;
        with d as (
            delete from followersync.listing_openids l
            using wechat.followers f
            where l.listing_id in (select listing_id from followersync.listings where app_id = @appId) and l.openid = f.openid and {PrivacyDelay.IsDue} @dueUntil
            returning l.listing_id, l.openid
        )
        {UnlistedSql}
        """;

    // Between two readings both are empty, unless the process died in the middle of one.
    private const string UntagSql =
        """
        with t as (delete from followersync.tag_openids where app_id = @appId and openid = any(@openIds) returning 1),
             d as (delete from followersync.tag_differences where app_id = @appId and openid = any(@openIds) returning 1)
        select (select count(*) from t) + (select count(*) from d)
        """;

    /// <summary>Removes all of it but the openids in lists.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">Account the people followed.</param>
    /// <param name="openIds">The people.</param>
    /// <param name="unionIds">Every unionid they have or had.</param>
    /// <returns>How many rows were deleted or changed.</returns>
    public static async Task<long> RemoveAsync(Transaction tx, string appId, string[] openIds, string[] unionIds)
    {
        // Whoever is called WeChat is not named by what says what WeChat answered.
        string[] names = [.. (await tx.ReadAllAsync<string>(NamesSql, new { appId, openIds, unionIds })).Where(name => !Catalogue.Contains(name))];
        long texts = await tx.ReadAsync<long>(ClearTextsSql, new { appId, names });
        long tags = await tx.ReadAsync<long>(UntagSql, new { appId, openIds });
        string[] places = [.. await tx.ReadAllAsync<string>(PlacesSql, new { appId, openIds })];
        string[] before = await FindBeforeAsync(tx, appId, openIds, places);
        return texts + tags + await tx.ReadAsync<long>(RemoveSql, new { appId, openIds, unionIds, places, before });
    }

    /// <summary>Who stays and stands next before each of these places, "" = nobody. One look at the key for each; there are hardly ever any.</summary>
    private static async Task<string[]> FindBeforeAsync(Transaction tx, string appId, string[] openIds, string[] places)
    {
        string[] before = new string[places.Length];
        for (int i = 0; i < places.Length; i++)
            before[i] = await tx.ReadOrDefaultAsync<string>(BeforeSql, new { appId, openIds, place = places[i] }) ?? "";
        return before;
    }

    /// <summary>Removes people's openids from lists. Reads all of a list, which has no index by openid.</summary>
    /// <returns>How many rows were deleted.</returns>
    public static Task<int> UnlistAsync(
        Transaction tx, string appId, string[] openIds) =>
        tx.ReadAsync<int>(UnlistSql, new { appId, openIds });

    /// <summary>Likewise, of everybody who is due to be cleaned up after.</summary>
    public static Task<int> UnlistDueAsync(Transaction tx, string appId, DateTimeOffset dueUntil) => tx.ReadAsync<int>(UnlistDueSql, new { appId, dueUntil });
}
