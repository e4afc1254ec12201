using FollowerSync.Accounts;
using FollowerSync.Arrivals;
using FollowerSync.Database;
using FollowerSync.Runs;

namespace FollowerSync.Sync;

/// <summary>Deletes, after a run, arrivals of all accounts that were closed and are older than a day: runs of arrivals do so too, but where nothing is pushed there
/// are none once an import is done.</summary>
internal sealed class OldArrivals(FollowerDatabase database) : IAfterRun
{
    public string Name => "deleting old arrivals";

    /// <inheritdoc/>
    public async Task DoAsync(AccountOptions account, SyncRun run, CancellationToken cancellationToken)
    {
        while (await database.RunAsync(ArrivalInbox.DeleteOldAsync, cancellationToken) > 0)
        {
            // The next part of them.
        }
    }
}
