using FollowerSync.Runs;

namespace FollowerSync.Sync;

/// <summary>In how long a run of the account that just failed for a passing reason is tried again; null = nobody tries it before its next time.</summary>
internal delegate TimeSpan? RetryAfter(string appId, SyncTrigger trigger);
