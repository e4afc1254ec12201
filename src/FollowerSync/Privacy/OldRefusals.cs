using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Leases;
using FollowerSync.Runs;

namespace FollowerSync.Privacy;

/// <summary>Takes openids out of <c>followersync.rejected_openids</c> that WeChat refused long ago and lists no more: nobody would ever ask for them again, and
/// nothing else would ever take them out.</summary>
internal sealed class OldRefusals(FollowerDatabase database, RunLeases leases) : IAfterRun
{
    // Whoever is listed is asked for again after 32 days at the latest. A listing that lost its rows in a crash is no witness, nor is one that was not complete.
    private const string IsOld =
        """
        r.app_id = @appId and r.last_rejected_at < now() - interval '40 days'
        and exists (
            select from (select * from followersync.listings where app_id = @appId order by listing_id desc limit 1) l
            where l.status = 'done' and l.reason is null
              and exists (select from followersync.listing_openids o where o.listing_id = l.listing_id)
              and not exists (select from followersync.listing_openids o where o.listing_id = l.listing_id and o.openid = r.openid))
        and not exists (select from wechat.followers f where f.app_id = @appId and f.openid = r.openid and f.subscribe)
        """;

    private const string AnySql = $"select exists (select from followersync.rejected_openids r where {IsOld})";

    private const string DropSql = $"delete from followersync.rejected_openids r where {IsOld}";

    public string Name => "forgetting refusals of people whom WeChat lists no more";

    // A list that was read to its end is needed.
    public bool Follows(RunStatus status) => status is RunStatus.Succeeded;

    /// <inheritdoc/>
    public async Task DoAsync(AccountOptions account, SyncRun run, CancellationToken cancellationToken)
    {
        bool any = await database.RunAsync(tx => tx.ReadAsync<bool>(AnySql, new { appId = account.AppId }), cancellationToken);
        if (!any)
            return;

        await using RunLease lease = await leases.AcquireAsync(account.AppId, cancellationToken);
        await lease.RunAsync(tx => tx.ExecuteAsync(DropSql, new { appId = lease.AppId }), cancellationToken);
    }
}
