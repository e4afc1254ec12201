using FollowerSync.Accounts;
using FollowerSync.Runs;

namespace FollowerSync.Scheduling;

/// <summary>A short run that asks about the people in an account's inbox; null when there was nothing to do, or it is not to be done now.</summary>
internal delegate Task<SyncRun?> DrainArrivals(AccountOptions account, CancellationToken cancellationToken);
