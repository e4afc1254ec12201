using FollowerSync.Accounts;
using FollowerSync.Runs;

namespace FollowerSync.Sync;

/// <summary>One sync of one account, as <see cref="SyncWithFollowUps.RunAsync"/> does it: what schedules and verbs need to know of it.</summary>
internal delegate Task<SyncRun> SyncAccount(AccountOptions account, SyncTrigger trigger, IProgress<SyncProgress>? progress, CancellationToken cancellationToken);
