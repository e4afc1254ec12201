namespace FollowerSync.Scheduling;

/// <summary>Since when the account's schedule is paused; null = it is not.</summary>
internal delegate Task<DateTimeOffset?> FindPause(string appId, CancellationToken cancellationToken);
