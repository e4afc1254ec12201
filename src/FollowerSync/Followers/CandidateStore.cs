using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Writes <c>followersync.unfollow_candidates</c>: followers who may be gone, and what WeChat answered about them; and <c>followersync.settled_doubts</c>:
/// those of them who are known to be, or to have been, and whom the daily facts do not count so yet.</summary>
internal static class CandidateStore
{
    /// <summary>SQL: whether an answer counts. A new round has forgotten all answers but those about people who are held, so what is there is the round's, whatever the clock was set to meanwhile.</summary>
    public const string Counts = "case when held_since is null then @ofRound and answered_at is not null else answered_at >= @since end";

    // Whom WeChat answered since the round began as following is no candidate; who was by a clock that was set back since may be gone like anybody else.
    // Set against set: a planner without statistics, as after a restore, takes both for a handful of rows and would walk the list for every follower.
    private const string NameMissingSql =
        $"""
        set local enable_nestloop = off;
        insert into followersync.unfollow_candidates (app_id, openid, listing_id, witness, missing_since)
        select f.app_id, f.openid, @listingId, case when @isWitness then 'listing' else 'single' end, @startedAt
        from wechat.followers f
        where f.app_id = @appId and f.subscribe and (f.answered_at between @startedAt and {DatabaseClock.Latest}) is not true
          and not exists (select 1 from followersync.listing_openids l where l.listing_id = @listingId and l.openid = f.openid)
        on conflict (app_id, openid) do nothing
        """;

    // Whom a list names was following when it was read, whatever was missing or answered before, be the list complete or not. What spoke against it is kept
    // until WeChat answers: a new subscribe_time says that the person had left by then.
    private const string SeeListedSql =
        """
        set local enable_nestloop = off;
        with listed as materialized (
            select l.openid
            from followersync.listing_openids l
            join (select openid from followersync.unfollow_candidates where app_id = @appId) c on c.openid = l.openid
            where l.listing_id = @listingId
        )
        update followersync.unfollow_candidates c
        set first_missing_since = coalesce(c.first_missing_since, c.missing_since), first_gone_by = coalesce(c.first_gone_by, c.gone_by),
            missing_since = null, gone_by = null, answered_at = case when c.held_since is not null then c.answered_at end
        where c.app_id = @appId and (c.missing_since is not null or c.gone_by is not null)
          and c.openid in (select openid from listed)
        """;

    // Who is held is looked at again by every complete list: missing from it, the person has that witness; named by it, only a single answer will do.
    // Who was never answered keeps since when the person is missing: lists that lack somebody do not say that the person still followed.
    private const string TakeOverSql =
        """
        set local enable_nestloop = off;
        with following as materialized (
            select f.openid
            from wechat.followers f
            join (select openid from followersync.unfollow_candidates where app_id = @appId) c on c.openid = f.openid
            where f.app_id = @appId and f.subscribe
        )
        delete from followersync.unfollow_candidates c
        where c.app_id = @appId and c.held_since is null
          and not exists (select 1 from following f where f.openid = c.openid);
        with listed as materialized (
            select distinct l.openid
            from followersync.listing_openids l
            join (select openid from followersync.unfollow_candidates where app_id = @appId) c on c.openid = l.openid
            where l.listing_id = @listingId
        )
        update followersync.unfollow_candidates c
        set listing_id = @listingId, witness = case when @isWitness and l.openid is null then 'listing' else 'single' end,
            missing_since = case when l.openid is null then coalesce(c.missing_since, @startedAt) end
        from followersync.unfollow_candidates n
        left join listed l on l.openid = n.openid
        where c.app_id = @appId and n.app_id = @appId and n.openid = c.openid and (c.held_since is not null or l.openid is null);
        """;

    private const string AnswerSql =
        """
        insert into followersync.unfollow_candidates as c (app_id, openid, listing_id, witness, answered_at, gone_by)
        select @appId, openid, @listingId, witness, now(), now()
        from unnest(@openIds::text[], @witnesses::text[]) as g (openid, witness)
        on conflict (app_id, openid) do update
        set answered_at = excluded.answered_at, gone_by = coalesce(c.gone_by, excluded.gone_by), listing_id = excluded.listing_id, witness = excluded.witness
        """;

    private const string HoldSql =
        "update followersync.unfollow_candidates set held_since = now() where app_id = @appId and answered_at is not null and held_since is null";

    private const string HeldSql = "select openid, witness = 'listing' from followersync.unfollow_candidates where app_id = @appId and held_since is not null order by openid";

    private const string CountSql =
        "select count(*), count(held_since) from followersync.unfollow_candidates where app_id = @appId and answered_at is not null";

    private const string ConfirmSql =
        "update followersync.unfollow_candidates set answered_at = now(), gone_by = coalesce(gone_by, now()) where app_id = @appId and openid = any(@openIds)";

    private const string DisbelieveSql =
        """
        delete from followersync.unfollow_candidates where app_id = @appId and missing_since is null and first_missing_since is null;
        update followersync.unfollow_candidates set answered_at = null, held_since = null, gone_by = null, first_gone_by = null where app_id = @appId;
        """;

    private const string UndateSql =
        """
        update followersync.unfollow_candidates
        set answered_at = case when held_since is not null then answered_at end, gone_by = null, first_gone_by = null
        where app_id = @appId and (answered_at is not null or gone_by is not null or first_gone_by is not null)
        """;

    // The newest such list, found from the newest on: the account may have had thousands. A list that was still being read when the person came back may have
    // named the person because of that.
    private const string LastSeenSql =
        """
        select p.openid, (
            select l.started_at
            from followersync.listings l
            where l.app_id = @appId and l.status = 'done' and l.started_at <= now() and l.listed_at < coalesce(s.until, 'infinity')
            order by l.listing_id desc
            limit 1)
        from unnest(@openIds::text[], @followedAgainAt::timestamptz[]) as p (openid, followed_again_at)
        left join followersync.unfollow_candidates c on c.app_id = @appId and c.openid = p.openid
        cross join lateral (
            select case when p.followed_again_at is null then c.missing_since
                        else least(p.followed_again_at, c.first_missing_since, c.missing_since) end as until) s
        """;

    private const string SeeAnsweredSql =
        """
        update followersync.unfollow_candidates
        set held_since = null, answered_at = null, first_gone_by = coalesce(first_gone_by, gone_by), gone_by = null
        where app_id = @appId and openid = any(@openIds)
        """;

    // Whom the lists lacked up to the run that counted the facts last, these count as surely following, and wechat.doubtful_followers puts that right: it needs the name
    // until they are counted again.
    private const string Settled =
        """
        insert into followersync.settled_doubts (app_id, openid, missing_since)
        select r.app_id, r.openid, r.missing_since
        from removed r
        join followersync.counted_facts k on k.app_id = r.app_id and k.complete_as_of >= r.missing_since
        on conflict (app_id, openid) do nothing
        """;

    private const string Removed = "returning app_id, openid, coalesce(first_missing_since, missing_since) as missing_since";

    private const string RemoveSql =
        $"""
        with removed as (delete from followersync.unfollow_candidates where app_id = @appId and openid = any(@openIds) {Removed})
        {Settled}
        """;

    private const string RemoveAnsweredSql =
        $"""
        with removed as (delete from followersync.unfollow_candidates where app_id = @appId and {Counts} {Removed})
        {Settled}
        """;

    /// <summary>Names every follower of the account whom the complete list lacks, and whom WeChat has not answered as following since the round began. Who is held from an
    /// earlier round is to be asked about in this one too.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="listingId">The round.</param>
    /// <param name="startedAt">When it began.</param>
    /// <param name="isWitness">Whether to be missing from the list says something; if not, only a single answer does.</param>
    public static async Task NameMissingAsync(Transaction tx, string appId, long listingId, DateTimeOffset startedAt, bool isWitness)
    {
        if (await HasAnyAsync(tx, appId))
        {
            await tx.ExecuteAsync(SeeListedSql, new { appId, listingId });
            await tx.ExecuteAsync(TakeOverSql, new { appId, listingId, startedAt, isWitness });
        }

        await tx.ExecuteAsync(NameMissingSql, new { appId, listingId, startedAt, isWitness });
    }

    /// <summary>Takes back what spoke against people whom a list names that is not complete.</summary>
    public static async Task SeeListedAsync(Transaction tx, string appId, long listingId)
    {
        if (await HasAnyAsync(tx, appId))
            await tx.ExecuteAsync(SeeListedSql, new { appId, listingId });
    }

    /// <summary>When the newest list began that was read to its end and tells of these people, who follow by the tables, that they did; null = none.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="people">The people, with when each has followed again by what WeChat answers; null = the answer tells of no other follow than the tables.</param>
    public static async Task<Dictionary<string, DateTimeOffset?>> ReadLastSeenAsync(
        Transaction tx, string appId, IReadOnlyCollection<(string OpenId, DateTimeOffset? FollowedAgainAt)> people)
    {
        var parameters = new { appId, openIds = people.Select(p => p.OpenId).ToArray(), followedAgainAt = people.Select(p => p.FollowedAgainAt?.UtcDateTime).ToArray() };
        return (await tx.ReadAllAsync<(string OpenId, DateTimeOffset? SeenAt)>(LastSeenSql, parameters)).ToDictionary(r => r.OpenId, r => r.SeenAt, StringComparer.Ordinal);
    }

    /// <summary>Keeps that WeChat answered about these people that they do not follow.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="listingId">The round.</param>
    /// <param name="openIds">The people.</param>
    /// <param name="isListWitness">For each of them: whether the second witness is the complete list; else it is a single answer.</param>
    public static Task AnswerAsync(Transaction tx, string appId, long listingId, string[] openIds, IEnumerable<bool> isListWitness)
    {
        string[] witnesses = [.. isListWitness.Select(isList => isList ? "listing" : "single")];
        return openIds.Length == 0 ? Task.CompletedTask : tx.ExecuteAsync(AnswerSql, new { appId, listingId, openIds, witnesses });
    }

    /// <summary>Holds everybody about whom WeChat answered so, until somebody approves or rejects: no new round forgets them.</summary>
    public static Task HoldAsync(Transaction tx, string appId) => tx.ExecuteAsync(HoldSql, new { appId });

    /// <summary>Those who are held, and whether a complete list lacks them, in the order of their openids.</summary>
    public static Task<List<(string OpenId, bool IsListWitness)>> ReadHeldAsync(Transaction tx, string appId) =>
        tx.ReadAllAsync<(string, bool)>(HeldSql, new { appId });

    /// <summary>How many candidates of the account WeChat answered about, and how many of them are held.</summary>
    public static Task<(long Answered, long Held)> CountAnsweredAsync(Transaction tx, string appId) => tx.ReadAsync<(long, long)>(CountSql, new { appId });

    /// <summary>WeChat said the same again.</summary>
    public static Task ConfirmAsync(Transaction tx, string appId, string[] openIds) => tx.ExecuteAsync(ConfirmSql, new { appId, openIds });

    /// <summary>Takes people out of whom it is known whether they had left: WeChat answered when they followed, or an event said it.</summary>
    public static async Task RemoveAsync(Transaction tx, string appId, string[] openIds)
    {
        if (openIds.Length > 0 && await HasAnyAsync(tx, appId))
            await tx.ExecuteAsync(RemoveSql, new { appId, openIds });
    }

    /// <summary>Takes back that people are gone whom WeChat answers as following. What a list said stays until it answers since when: a person whom it lacked
    /// may have left and come back.</summary>
    public static async Task SeeAnsweredAsync(Transaction tx, string appId, string[] openIds)
    {
        if (openIds.Length > 0 && await HasAnyAsync(tx, appId))
            await tx.ExecuteAsync(SeeAnsweredSql, new { appId, openIds });
    }

    /// <summary>Stores what the answers about people who follow say of those who seemed to be gone. Comes after their merge, which wants to know since when.</summary>
    public static async Task SettleAsync(Transaction tx, string appId, IEnumerable<FollowerProfile> following)
    {
        ILookup<bool, string> people = following.ToLookup(p => p.SubscribeTime is not null, p => p.OpenId);
        await RemoveAsync(tx, appId, [.. people[true]]);
        await SeeAnsweredAsync(tx, appId, [.. people[false]]);
    }

    /// <summary>Lets people go who were held, and about whom WeChat does not say that they are gone: they are asked about again like anybody else whom a list lacks.</summary>
    public static Task LetGoAsync(Transaction tx, string appId, string[] openIds) => tx.ExecuteAsync(
        "update followersync.unfollow_candidates set held_since = null, answered_at = null where app_id = @appId and openid = any(@openIds)", new { appId, openIds });

    /// <summary>Takes out those who are marked as gone.</summary>
    public static Task RemoveAnsweredAsync(Transaction tx, string appId, DateTimeOffset since, bool ofRound) =>
        tx.ExecuteAsync(RemoveAnsweredSql, new { appId, since, ofRound });

    /// <summary>Forgets whose doubt was settled: the daily facts count them as they are now. Belongs into the transaction that counts.</summary>
    public static Task ForgetSettledAsync(Transaction tx, string appId) => tx.ExecuteAsync("delete from followersync.settled_doubts where app_id = @appId", new { appId });

    /// <summary>Has everybody who is not held asked about again, for a new round. Since when they are missing, and when WeChat first said that they are
    /// gone, stays.</summary>
    public static Task ReopenAsync(Transaction tx, string appId) => tx.ExecuteAsync(
        "update followersync.unfollow_candidates set answered_at = null where app_id = @appId and held_since is null and answered_at is not null", new { appId });

    /// <summary>Forgets when WeChat said that they are gone, by a clock that was wrong: of whoever still is, the next round's answer counts. Who is held stays so.</summary>
    public static Task UndateAsync(Transaction tx, string appId) => tx.ExecuteAsync(UndateSql, new { appId });

    /// <summary>Forgets what WeChat answered about them: whoever is gone is found again from scratch. Since when they are missing stays.</summary>
    public static Task DisbelieveAsync(Transaction tx, string appId) => tx.ExecuteAsync(DisbelieveSql, new { appId });

    private static Task<bool> HasAnyAsync(Transaction tx, string appId) =>
        tx.ReadAsync<bool>("select exists (select 1 from followersync.unfollow_candidates where app_id = @appId)", new { appId });
}
