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
    private const string Old =
        """
        newest as materialized (
            select listing_id, status, reason from followersync.listings where app_id = @appId order by listing_id desc limit 1
        ), refused as materialized (
            select r.openid, n.listing_id
            from followersync.rejected_openids r
            cross join newest n
            where r.app_id = @appId and r.last_rejected_at < now() - interval '40 days' and n.status = 'done' and n.reason is null
        ), whole as materialized (
            select listing_id from followersync.listing_openids where listing_id = (select max(listing_id) from refused) limit 1
        ), listed as materialized (
            select distinct o.openid
            from followersync.listing_openids o
            join refused r on r.listing_id = o.listing_id and r.openid = o.openid
        ), following as materialized (
            select openid from wechat.followers where app_id = @appId and openid = any(array(select openid from refused)) and subscribe
        ), old as materialized (
            select r.openid
            from refused r
            join whole using (listing_id)
            left join listed l on l.openid = r.openid
            left join following f on f.openid = r.openid
            where l.openid is null and f.openid is null
        )
        """;

    private const string AnySql = $"{NestedLoops.Off} with {Old} select exists (select 1 from old) {NestedLoops.On}";

    private const string DropSql = $"{NestedLoops.Off} with {Old} delete from followersync.rejected_openids r using old o where r.app_id = @appId and r.openid = o.openid {NestedLoops.On}";

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
