using FollowerSync.Database;
using FollowerSync.Followers;

namespace FollowerSync.Privacy;

/// <summary>Moves a person's rows in <c>wechat.followers</c>, <c>wechat.follower_versions</c>, <c>wechat.past_episodes</c>, <c>wechat.visitors</c> and
/// <c>wechat.scans</c> to a pseudonym and back.</summary>
internal static class PseudonymStore
{
    // What an anonymised person keeps: enough for all counts. A column that is not named here does not survive.
    private const string FollowerColumns =
        """
        app_id, subscribe, subscribe_time, groupid, tagid_list, subscribe_scene, qr_scene, qr_scene_str, first_seen_at, changed_at, answered_at, unfollowed_after,
        unfollowed_before, unfollow_source, first_followed_at, followed_after, followed_before, blacklisted, blacklisted_at, blacklist_changed_at
        """;

    private const string VersionColumns =
        """
        app_id, valid_from, valid_to, subscribe, subscribe_time, groupid, tagid_list, subscribe_scene, qr_scene, qr_scene_str, unfollowed_after,
        unfollowed_before, unfollow_source, first_followed_at, followed_after, followed_before, replaced
        """;

    private const string EpisodeColumns =
        """
        app_id, followed_at, followed_after, followed_before, unfollowed_after, unfollowed_before, source, scene, qr_scene, qr_scene_str, is_return,
        followed_again_at, ended_at
        """;

    private const string ScanColumns = "app_id, scanned_at, qr_scene, qr_scene_str, was_following, stored_at";

    // Deleted and inserted, not updated: a table distributed by openid does not let a row change it. changed_at stays, and no version is written: it
    // would keep what is to go. The fingerprint of a scan's message would let somebody test guesses. Who visited as somebody anonymised has two rows to become one.
    private const string MoveSql =
        $"""
        with person as (
            select openid, new_openid from unnest(@openIds::text[], @newOpenIds::text[]) as t (openid, new_openid)
        ), union_id as (
            select unionid, new_unionid from unnest(@unionIds::text[], @newUnionIds::text[]) as t (unionid, new_unionid)
        ), f as (
            delete from wechat.followers where app_id = @appId and openid = any(@openIds) returning *
        ), v as (
            delete from wechat.follower_versions where app_id = @appId and openid = any(@openIds) returning *
        ), e as (
            delete from wechat.past_episodes where app_id = @appId and openid = any(@openIds) returning *
        ), w as (
            delete from wechat.visitors where app_id = @appId and openid = any(@openIds) returning *
        ), s as (
            delete from wechat.scans where app_id = @appId and openid = any(@openIds) returning *
        ), new_f as (
            insert into wechat.followers (openid, unionid, anonymised_at, {FollowerColumns})
            select p.new_openid, u.new_unionid, case when @anonymised then now() end, {FollowerColumns}
            from f join person p using (openid) left join union_id u using (unionid)
            returning openid
        ), new_v as (
            insert into wechat.follower_versions (openid, unionid, {VersionColumns})
            select p.new_openid, u.new_unionid, {VersionColumns}
            from v join person p using (openid) left join union_id u using (unionid)
            returning 1
        ), new_e as (
            insert into wechat.past_episodes (openid, {EpisodeColumns})
            select p.new_openid, {EpisodeColumns}
            from e join person p using (openid)
            returning 1
        ), new_w as (
            insert into wechat.visitors as o (openid, unionid, app_id, first_seen_at, last_seen_at, visits, subscribed, changed_at)
            select p.new_openid, u.new_unionid, app_id, first_seen_at, last_seen_at, visits, subscribed, now()
            from w join person p using (openid) left join union_id u using (unionid)
            on conflict (app_id, openid) do update
            set unionid = coalesce(o.unionid, excluded.unionid), first_seen_at = least(o.first_seen_at, excluded.first_seen_at),
                last_seen_at = greatest(o.last_seen_at, excluded.last_seen_at), visits = o.visits + excluded.visits,
                subscribed = coalesce(o.subscribed, excluded.subscribed), changed_at = excluded.changed_at
            returning 1
        ), new_s as (
            insert into wechat.scans (openid, fingerprint, {ScanColumns})
            select p.new_openid, case when @anonymised then uuid_send(gen_random_uuid()) else fingerprint end, {ScanColumns}
            from s join person p using (openid)
            returning 1
        )
        select (select count(*) from new_f) + (select count(*) from new_v) + (select count(*) from new_e) + (select count(*) from new_w) + (select count(*) from new_s),
               array(select openid from f order by openid), array(select openid from new_f order by openid)
        """;

    private const string UnionIdsSql =
        """
        select unionid from wechat.followers where app_id = @appId and openid = any(@openIds) and unionid is not null
        union
        select unionid from wechat.follower_versions where app_id = @appId and openid = any(@openIds) and unionid is not null
        union
        select unionid from wechat.visitors where app_id = @appId and openid = any(@openIds) and unionid is not null
        """;

    // Read off the primary key: pseudonyms lie together in it.
    private const string AnySql =
        $"select exists (select 1 from wechat.followers where app_id = @appId and openid >= '{Pseudonyms.Mark}' and openid < 'anon`')";

    private const string StoredSql = "select openid from wechat.followers where app_id = @appId and openid = any(@openIds)";

    /// <summary>Moves people to other openids, and drops what is personal on the way.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">Account the people followed.</param>
    /// <param name="openIds">Their new openid, by the one they have.</param>
    /// <param name="unionIds">The new unionid by the old one; a unionid that is not in it is dropped.</param>
    /// <param name="anonymised">Whether they are anonymised by it.</param>
    /// <returns>How many rows were moved.</returns>
    public static async Task<long> MoveAsync(
        Transaction tx,
        string appId,
        IReadOnlyDictionary<string, string> openIds,
        IReadOnlyDictionary<string, string> unionIds,
        bool anonymised)
    {
        var parameters = new
        {
            appId,
            openIds = openIds.Keys.ToArray(),
            newOpenIds = openIds.Values.ToArray(),
            unionIds = unionIds.Keys.ToArray(),
            newUnionIds = unionIds.Values.ToArray(),
            anonymised,
        };
        (long rows, string[] gone, string[] added) = (await tx.ReadAllAsync(
            MoveSql, parameters, row => (row.GetInt64(0), row.GetFieldValue<string[]>(1), row.GetFieldValue<string[]>(2)))).Single();
        // In the order of either's openids: of several people, where a pseudonym stands in the feed does not tell for whom. Of one alone it does, until the feed is
        // pruned: copies have to learn of both.
        if (anonymised)
            await ChangeFeed.NoteForgottenAsync(tx, appId, gone);
        else
            ChangeFeed.NoteSame(tx, appId, gone, ChangeKinds.Deleted);
        ChangeFeed.NoteSame(tx, appId, added, ChangeKinds.Added);
        return rows;
    }

    /// <summary>All unionids these people have or had.</summary>
    public static async Task<string[]> ReadUnionIdsAsync(
        Transaction tx, string appId, string[] openIds) =>
        [.. await tx.ReadAllAsync<string>(UnionIdsSql, new { appId, openIds })];

    /// <summary>Whether the account has anybody who is anonymised.</summary>
    public static Task<bool> HasAnyAsync(Transaction tx, string appId) =>
        tx.ReadAsync<bool>(AnySql, new { appId });

    /// <summary>Which of these pseudonyms stand for somebody of the account.</summary>
    public static async Task<string[]> FindStoredAsync(
        Transaction tx, string appId, IEnumerable<string> pseudonyms) =>
        [.. await tx.ReadAllAsync<string>(StoredSql, new { appId, openIds = pseudonyms.ToArray() })];
}
