namespace FollowerSync.Runs;

/// <summary>When runs that failed need a person, for alerts and status alike: one that is not about to be tried again, or several in a row although each was to be.</summary>
internal static class Failing
{
    public const int InARow = 3;

    /// <summary>A run that was to be tried again by then, and was not, is not tried again.</summary>
    private static readonly TimeSpan LateRetry = TimeSpan.FromMinutes(10);

    public static bool IsFailure(RunStatus status) => status is RunStatus.Failed or RunStatus.Abandoned;

    /// <summary>Whether a run ended so that it tells of itself: neither one that goes on nor one that was stopped.</summary>
    public static bool Counts(RunStatus status) => status is not (RunStatus.Running or RunStatus.Cancelled);

    /// <param name="newestFirst">Runs that count, newest first.</param>
    /// <param name="now">By the clock that stamped them.</param>
    public static bool NeedsPerson(IReadOnlyList<(RunStatus Status, DateTimeOffset? RetryAt)> newestFirst, DateTimeOffset now) =>
        newestFirst is [var last, ..] && IsFailure(last.Status)
        && (IsFinal(last, now) || (newestFirst.Count >= InARow && newestFirst.Take(InARow).All(run => IsFailure(run.Status))));

    // One that died is gone on with as soon as a worker starts.
    private static bool IsFinal((RunStatus Status, DateTimeOffset? RetryAt) run, DateTimeOffset now) =>
        run.Status == RunStatus.Failed && (run.RetryAt is not { } retry || retry < now - LateRetry);
}
