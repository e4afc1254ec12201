using FollowerSync.Arrivals;
using FollowerSync.Database;

namespace FollowerSync.Import;

/// <summary>Puts openids of files into <c>followersync.arrivals</c>, thousands in one statement.</summary>
internal static class ImportStore
{
    private const string NewestSql = "select coalesce(max(arrival_id), 0) from followersync.arrivals where app_id = @appId";

    // An arrival of the same openid has the same fingerprint in every import, so that a broken import may be made again.
    private const string InsertSql =
        $"""
        with listed as materialized (
            select u.openid, sha256(convert_to(@appId || e'\n' || u.openid || e'\n{ArrivalKinds.Import}', 'UTF8')) as fingerprint,
                   exists (select from wechat.followers f where f.app_id = @appId and f.openid = u.openid and f.subscribe) as follows
            from unnest(@openIds::text[]) as u (openid)
        ), known as (
            select count(*) filter (where a.arrival_id > @newest) as repeated, count(*) filter (where a.arrival_id <= @newest) as in_inbox
            from listed l join followersync.arrivals a on a.app_id = @appId and a.fingerprint = l.fingerprint
            where not l.follows
        ), inserted as (
            insert into followersync.arrivals (app_id, fingerprint, openid, kind, event_key, happened_at, received_at, source, trusted)
            select @appId, fingerprint, openid, '{ArrivalKinds.Import}', @source, now(), now(), 'import', false
            from listed where not follows
            order by fingerprint
            on conflict (app_id, fingerprint) do nothing
            returning 1
        )
        select (select count(*) from inserted), (select repeated from known), (select in_inbox from known), (select count(*) from listed where follows)
        """;

    /// <summary>Number of the newest arrival of the account.</summary>
    public static Task<long> ReadNewestAsync(Transaction tx, string appId) => tx.ReadAsync<long>(NewestSql, new { appId });

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
