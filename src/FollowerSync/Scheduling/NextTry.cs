namespace FollowerSync.Scheduling;

/// <summary>When a sync is to be tried again.</summary>
/// <param name="Pause">In how long.</param>
/// <param name="KnownRun">The newest run of the account now; a later one by somebody else makes it needless.</param>
/// <param name="IsOrdinary">Whether nothing failed: another run has the account.</param>
internal sealed record NextTry(TimeSpan Pause, long KnownRun, bool IsOrdinary = false);
