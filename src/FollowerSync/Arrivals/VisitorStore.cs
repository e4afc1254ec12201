using FollowerSync.Database;

namespace FollowerSync.Arrivals;

/// <summary>Writes <c>wechat.visitors</c>: who came by web authorisation.</summary>
internal static class VisitorStore
{
    // A later visit that is told less takes nothing away, nor does one by a clock that is behind.
    private const string VisitSql =
        $"""
        insert into wechat.visitors as v (app_id, openid, unionid, nickname, first_seen_at, last_seen_at, visits, changed_at)
        values (@appId, @openId, @unionId, @nickname, now(), now(), 1, now())
        on conflict (app_id, openid) do update
        set unionid = coalesce(excluded.unionid, v.unionid), nickname = coalesce(excluded.nickname, v.nickname), last_seen_at = case when v.last_seen_at <= {DatabaseClock.Latest} then greatest(v.last_seen_at, now()) else now() end, visits = v.visits + 1,
            changed_at = now()
        """;

    private const string SubscribedSql =
        """
        update wechat.visitors v set subscribed = a.subscribed, changed_at = now()
        from unnest(@openIds::text[], @subscribed::bool[]) as a (openid, subscribed)
        where v.app_id = @appId and v.openid = a.openid and v.subscribed is distinct from a.subscribed
        """;

    /// <summary>Counts a visit.</summary>
    public static Task VisitAsync(Transaction tx, string appId, string openId, string? unionId, string? nickname) =>
        tx.ExecuteAsync(VisitSql, new { appId, openId, unionId, nickname });

    /// <summary>Keeps what WeChat answered about visitors; does nothing about people who never visited.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="openIds">The people.</param>
    /// <param name="subscribed">For each of them: whether the person follows.</param>
    public static Task AnswerAsync(Transaction tx, string appId, string[] openIds, bool[] subscribed) =>
        openIds.Length == 0 ? Task.CompletedTask : tx.ExecuteAsync(SubscribedSql, new { appId, openIds, subscribed });
}
