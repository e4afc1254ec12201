using FollowerSync.Leases;

namespace FollowerSync.Facts;

/// <summary>Counts the daily facts of an account anew, while no run of it goes on.</summary>
internal sealed class FactRebuild(RunLeases leases)
{
    /// <returns>Whether there was something to count: the account has completed a run.</returns>
    /// <exception cref="RunActiveException">A run of the account is active.</exception>
    public async Task<bool> RunAsync(string appId, CancellationToken cancellationToken)
    {
        await using RunLease lease = await leases.AcquireAsync(appId, cancellationToken);
        return await lease.RunAsync(tx => DailyFacts.RebuildAsync(tx, appId), cancellationToken);
    }
}
