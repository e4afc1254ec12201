using FollowerSync.Arrivals;
using FollowerSync.Database;

namespace FollowerSync.Import;

/// <summary>Puts openids of files into <c>followersync.arrivals</c>, thousands in one statement.</summary>
internal static class ImportStore
{
    private const string NewestSql = "select coalesce(max(arrival_id), 0) from followersync.arrivals where app_id = @appId";

    // Taken in the middle of somebody's import, statistics know of no row: each lookup below then takes any index that begins with the account, and reads the
    // account's whole inbox. Without waiting for who vacuums it at the moment; to whom the table does not belong, PostgreSQL warns and does nothing.
    private const string AnalyzeSql = "analyze (skip_locked) followersync.arrivals";

    // An arrival of the same openid has the same fingerprint in every import, so that a broken import may be made again. Each is one lookup in an index, said
    // so: without statistics, as on a table just filled, the planner would read the whole inbox for every few thousand.
    private const string InsertSql =
        $"""
        {NestedLoops.Off}
        with known as materialized (
            select openid, subscribe from wechat.followers where app_id = @appId and openid = any(array(select o from unnest(@openIds::text[]) o))
        ), listed as materialized (
            select u.openid, u.fingerprint, f.subscribe is true as follows, a.arrival_id
            from (select openid, sha256(convert_to(@appId || e'\n' || openid || e'\n{ArrivalKinds.Import}', 'UTF8')) as fingerprint from unnest(@openIds::text[]) as o (openid)) u
            left join known f on f.openid = u.openid
            left join lateral (select arrival_id from followersync.arrivals where app_id = @appId and fingerprint = u.fingerprint limit 1) a on true
        ), inserted as (
            insert into followersync.arrivals (app_id, fingerprint, openid, kind, event_key, happened_at, received_at, source, trusted)
            select @appId, fingerprint, openid, '{ArrivalKinds.Import}', @source, now(), now(), 'import', false
            from listed
            where not follows and arrival_id is null
            order by fingerprint
            on conflict (app_id, fingerprint) do nothing
            returning 1
        )
        select (select count(*) from inserted), count(*) filter (where not follows and arrival_id > @newest), count(*) filter (where not follows and arrival_id <= @newest),
               count(*) filter (where follows)
        from listed
        {NestedLoops.On}
        """;

    /// <summary>Number of the newest arrival of the account.</summary>
    public static Task<long> ReadNewestAsync(Transaction tx, string appId) => tx.ReadAsync<long>(NewestSql, new { appId });

    /// <summary>Lets the planner know how much there is.</summary>
    public static Task AnalyzeAsync(Transaction tx) => tx.ExecuteAsync(AnalyzeSql);

    /// <summary>Puts in who is not in it and does not follow.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="openIds">Different openids.</param>
    /// <param name="source">What the file is called; null = nothing.</param>
    /// <param name="newest">Number of the newest arrival before the import.</param>
    public static async Task<StoredOpenIds> InsertAsync(Transaction tx, string appId, string[] openIds, string? source, long newest)
    {
        (long added, long repeated, long inInbox, long follows) = await tx.ReadAsync<(long, long, long, long)>(InsertSql, new { appId, openIds, source, newest });
        return new StoredOpenIds(added, repeated, inInbox, follows);
    }
}
