using FollowerSync.Database;

namespace FollowerSync.Facts;

/// <summary>Puts what is to be counted into a temporary table: with weight 1 each row of a follower that became true, with -1 each that ceased to be.</summary>
/// <remarks>A row that replaced another one counts 1 and the replaced one -1, so what did not change between them adds up to nothing.</remarks>
internal static class CountedRows
{
    private const string Columns =
        "subscribe, subscribe_time, followed_after, followed_before, unfollowed_after, unfollowed_before, first_followed_at is not null, subscribe_scene, qr_scene, qr_scene_str, groupid, tagid_list";

    // By the primary key, which knows when a row changed: of thirty million rows only those that changed are fetched.
    private const string ChangedFollowers =
        $"""
        select 1, changed_at, true, {Columns}
        from (select openid from wechat.followers where app_id = @appId and changed_at > @since and changed_at <= @until offset 0) c
        cross join lateral (select * from wechat.followers f where f.app_id = @appId and f.openid = c.openid limit 1) f
        """;

    private const string AllFollowers = $"select 1, changed_at, true, {Columns} from wechat.followers where app_id = @appId and changed_at <= @until";

    // Where the table is spread nothing can be looked up one by one: each node reads its part.
    private const string SpreadChangedFollowers = $"{AllFollowers} and changed_at > @since";

    private const string Versions =
        $"""
        select 1, valid_from, true, {Columns} from wechat.follower_versions where app_id = @appId and valid_to > @since and valid_from > @since and valid_from <= @until
        union all
        select -1, valid_to, true, {Columns} from wechat.follower_versions where app_id = @appId and valid_to > @since and valid_to <= @until
        """;

    private const string PastColumns =
        "null, false, false, followed_at, followed_after, followed_before, unfollowed_after, unfollowed_before, is_return, scene, qr_scene, qr_scene_str, null, null";

    private const string PastChanges = $"select weight, {PastColumns} from followersync.episode_changes where app_id = @appId";

    private const string AllPast = $"select 1, {PastColumns} from wechat.past_episodes where app_id = @appId";

    private const string Told =
        "followed_at, followed_after, followed_before, unfollowed_after, unfollowed_before, scene, qr_scene, qr_scene_str, is_return";

    // What waits names nobody: of two that are alike it is the same which one goes. Nulls are alike in a group.
    private const string CreateWaiting =
        $"""
        create temporary table waiting_episodes on commit drop as
        with past as materialized (
            select {Told} from wechat.past_episodes where app_id = @appId and openid = any(@openIds)
        ), alike as (
            select {Told}, least(sum(people), sum(waiting)) as times
            from (
                select {Told}, 1 as people, 0 as waiting from past
                union all
                select {Told}, 0, weight from followersync.episode_changes where app_id = @appId) a
            group by {Told}
        )
        select @appId as app_id, {Told} from alike cross join generate_series(1, times) n
        """;

    private const string WaitingPast = $"select -1, {PastColumns} from waiting_episodes";

    /// <summary>Takes what waits to be counted of the people who go out of what waits. Comes after <see cref="StagePeopleAsync"/>.</summary>
    public const string TakeBackWaiting =
        $"""
        insert into followersync.episode_changes (app_id, weight, {Told}) select app_id, -1, {Told} from waiting_episodes;
        drop table waiting_episodes
        """;

    private const string PastBefore = $"{AllPast} and ended_at <= @until";

    /// <summary>What changed since the facts were counted last.</summary>
    public static Task StageChangesAsync(Transaction tx, string appId, FactMark last, DateTimeOffset since, DateTimeOffset until) => tx.ExecuteAsync(
        Create($"{(tx.IsSpread ? SpreadChangedFollowers : ChangedFollowers)} union all {Versions} union all {PastChanges}"), new { appId, since, until, knownFrom = last.KnownFrom });

    /// <summary>All there was at a moment.</summary>
    public static Task StageAllAsync(Transaction tx, string appId, FactMark mark, DateTimeOffset until) => tx.ExecuteAsync(
        Create($"{AllFollowers} union all {Versions} union all {PastBefore}"), new { appId, since = DateTimeOffset.MinValue, until, knownFrom = mark.KnownFrom });

    /// <summary>What is counted of people who go: all of them but what waits to be.</summary>
    public static async Task StagePeopleAsync(Transaction tx, string appId, FactMark mark, DateTimeOffset until, string[] openIds)
    {
        await tx.ExecuteAsync(CreateWaiting, new { appId, openIds });
        string all = string.Join(" union all ", new[] { AllFollowers, Versions, AllPast }.Select(sql => sql.Replace("app_id = @appId", "app_id = @appId and openid = any(@openIds)", StringComparison.Ordinal)));
        await tx.ExecuteAsync(Create($"{all} union all {WaitingPast}"), new { appId, since = DateTimeOffset.MinValue, until, knownFrom = mark.KnownFrom, openIds });
    }

    // When the follow began lies within bounds, which are equal but for the few without a subscribe_time; so does when it ended. Where nothing is known of the
    // beginning it counts before anything is known: there, bounds are not told. Beijing has kept eight hours since 1991.
    private static string Create(string rows) =>
        $"""
        create temporary table counted_rows on commit drop as
        select r.weight, r.is_current, r.subscribe, r.is_return, coalesce(r.scene, 'unknown') as scene, coalesce(r.qr_scene, 0) as qr_scene, coalesce(r.qr_scene_str, '') as qr_scene_str,
               r.groupid, r.tagid_list, (r.stored_at at time zone interval '8 hours')::date as stored_day,
               (a.followed_after at time zone interval '8 hours')::date as follow_earliest, (b.followed_before at time zone interval '8 hours')::date as follow_latest,
               (l.unfollowed_after at time zone interval '8 hours')::date as leave_earliest, (r.unfollowed_before at time zone interval '8 hours')::date as leave_latest,
               extract(epoch from l.unfollowed_after - b.followed_before) / 86400 as days_at_least, extract(epoch from r.unfollowed_before - a.followed_after) / 86400 as days_at_most
        from ({rows}) r (weight, stored_at, is_current, subscribe, followed_at, followed_after, followed_before, unfollowed_after, unfollowed_before, is_return, scene, qr_scene,
                         qr_scene_str, groupid, tagid_list)
        cross join lateral (select coalesce(r.followed_before, r.followed_at, r.unfollowed_after, r.unfollowed_before, r.stored_at) as followed_before) b
        cross join lateral (
            select case when r.followed_before is null and r.followed_at is not null then r.followed_at
                        else coalesce(r.followed_after, least(@knownFrom, b.followed_before) - interval '1 day') end as followed_after) a
        cross join lateral (
            select case when r.unfollowed_before is not null then greatest(coalesce(r.unfollowed_after, b.followed_before), b.followed_before) end as unfollowed_after) l
        """;
}
