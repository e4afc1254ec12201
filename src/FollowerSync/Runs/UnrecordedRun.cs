using FollowerSync.Accounts;
using FollowerSync.Languages;

namespace FollowerSync.Runs;

/// <summary>A run whose beginning or end the database missed because it was away. Its times are kept as distances by a clock that nobody sets, and become
/// moments of the database's clock when they are written.</summary>
/// <param name="account">The account.</param>
/// <param name="trigger">What started the run.</param>
/// <param name="start">Stamp of its beginning, of <see cref="TimeProvider.GetTimestamp"/>.</param>
/// <param name="time">The clock of the stamps; its present one is that of the run's end.</param>
internal sealed class UnrecordedRun(AccountOptions account, SyncTrigger trigger, long start, TimeProvider time)
{
    private readonly long _end = time.GetTimestamp();

    public AccountOptions Account => account;

    public SyncTrigger Trigger => trigger;

    public TimeSpan SinceStart => time.GetElapsedTime(start);

    public TimeSpan SinceEnd => time.GetElapsedTime(_end);

    /// <summary>The run as it should be closed; null when it has no record at all.</summary>
    public SyncRun? Run { get; init; }

    /// <summary>Why it has none.</summary>
    public Sentence? Error { get; init; }

    /// <summary>In how long after its end it is tried again.</summary>
    public TimeSpan? RetryIn { get; init; }
}
