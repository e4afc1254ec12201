using FollowerSync.Database;

namespace FollowerSync.Arrivals;

/// <summary>Writes <c>followersync.arrivals</c>, the inbox.</summary>
internal static class ArrivalStore
{
    private const string InsertSql =
        """
        insert into followersync.arrivals (app_id, fingerprint, openid, kind, event_key, happened_at, received_at, source, trusted)
        select app_id, fingerprint, openid, kind, event_key, coalesce(happened_at, now()), now(), source, trusted
        from unnest(@appIds::text[], @fingerprints::bytea[], @openIds::text[], @kinds::text[], @eventKeys::text[], @happenedAt::timestamptz[], @sources::text[], @trusted::bool[])
             as a (app_id, fingerprint, openid, kind, event_key, happened_at, source, trusted)
        on conflict (app_id, fingerprint) do nothing
        """;

    /// <summary>Stores arrivals of any accounts in one statement; what is known already is left out.</summary>
    /// <returns>How many were new.</returns>
    public static Task<int> InsertAsync(Transaction tx, IReadOnlyCollection<Arrival> arrivals) => arrivals.Count == 0 ? Task.FromResult(0) : tx.ExecuteAsync(
        InsertSql,
        new
        {
            appIds = arrivals.Select(a => a.AppId).ToArray(),
            fingerprints = arrivals.Select(a => a.Fingerprint).ToArray(),
            openIds = arrivals.Select(a => a.OpenId).ToArray(),
            kinds = arrivals.Select(a => a.Kind).ToArray(),
            eventKeys = arrivals.Select(a => a.EventKey).ToArray(),
            happenedAt = arrivals.Select(a => a.HappenedAt?.UtcDateTime).ToArray(),
            sources = arrivals.Select(a => a.Source.ToString().ToLowerInvariant()).ToArray(),
            trusted = arrivals.Select(a => a.IsTrusted).ToArray(),
        });
}
