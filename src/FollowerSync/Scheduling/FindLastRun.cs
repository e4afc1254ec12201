using FollowerSync.Runs;

namespace FollowerSync.Scheduling;

/// <summary>The newest run of an account, finished or not, runs of arrivals left out, its times by the clock of this machine; null when there has been none.</summary>
internal delegate Task<SyncRun?> FindLastRun(string appId, CancellationToken cancellationToken);
