using FollowerSync.Runs;
using FollowerSync.WeChat;

namespace FollowerSync.Sync;

/// <summary>One sync of one account, from the lease to the closed run record.</summary>
internal sealed class SyncRunner
{
    /// <summary>Runs to the end and returns the closed run; its status tells how it went. A cancelled or failed run is returned too, not thrown.</summary>
    /// <exception cref="RunActiveException">Another run of the account is active.</exception>
    public Task<SyncRun> RunAsync(AccountOptions account, SyncTrigger trigger, IProgress<SyncProgress>? progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
