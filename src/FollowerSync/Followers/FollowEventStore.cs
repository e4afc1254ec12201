using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Writes what trusted events tell beside WeChat's answers: when people followed and left, and what they scanned.</summary>
internal static class FollowEventStore
{
    // The event and the answer are two witnesses. Nobody leaves before the last time we know that the person followed.
    private const string MarkSql =
        $"""
        with changed as materialized (
            select f.place, f.old, {FollowerHistory.ChangedAt} as at, array['subscribe'] as replaced, g.left_at
            from unnest(@openIds::text[], @leftAt::timestamptz[]) as g (openid, left_at)
            cross join lateral (
                select h.ctid as place, h as old, h.changed_at
                from wechat.followers h
                where h.app_id = @appId and h.openid = g.openid and h.subscribe and (h.subscribe_time is null or h.subscribe_time <= g.left_at)
                limit 1) f
        ), versions as (
            {FollowerHistory.KeepVersions}
        )
        update wechat.followers f
        set subscribe = false, changed_at = c.at, unfollowed_after = c.left_at, unfollowed_before = c.left_at, unfollow_source = 'event'
        from changed c
        where f.ctid = c.place
        """;

    /// <summary>Stores what the events tell. The answer decides who follows; the events say when and why. Comes before the same people's profiles are
    /// merged, in the same transaction. Repeatable: the same events again change nothing.</summary>
    /// <param name="tx">The caller's, who proves the lease last.</param>
    /// <param name="appId">The account.</param>
    /// <param name="events">Trusted events, in any order.</param>
    /// <param name="answers">What WeChat answered, by openid: whether the person follows.</param>
    /// <returns>How many people were marked as gone.</returns>
    public static async Task<int> ApplyAsync(
        Transaction tx, string appId, IReadOnlyList<FollowEvent> events, IReadOnlyDictionary<string, bool> answers)
    {
        FollowEvent[] left = [.. events
            .Where(e => e.Kind == FollowEventKind.Unsubscribe && answers.TryGetValue(e.OpenId, out bool follows) && !follows)
            .GroupBy(e => e.OpenId, StringComparer.Ordinal).Select(person => person.MaxBy(e => e.HappenedAt)!)];
        return left.Length == 0 ? 0 : await tx.ExecuteAsync(
            MarkSql, new { appId, openIds = left.Select(e => e.OpenId).ToArray(), leftAt = left.Select(e => e.HappenedAt.UtcDateTime).ToArray() });
    }
}
