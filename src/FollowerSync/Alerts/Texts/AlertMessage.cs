namespace FollowerSync.Alerts.Texts;

/// <summary>Something to tell about an alert.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Step">What is told of it.</param>
/// <param name="Severity">How pressing it is.</param>
/// <param name="Facts">What is known.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended; null while it has not.</param>
internal sealed record AlertMessage(AlertKind Kind, AlertStep Step, AlertSeverity Severity, AlertFacts Facts, DateTimeOffset StartedAt, DateTimeOffset? EndedAt = null)
{
    /// <summary>Tells it from every other message; 0 = a test.</summary>
    public long Number { get; init; }

    /// <summary>Whether it may have arrived before.</summary>
    public bool IsUncertain { get; init; }

    /// <summary>How long it lasted; never negative, as when the clock was set back.</summary>
    public TimeSpan Lasted => EndedAt is { } end && end > StartedAt ? end - StartedAt : TimeSpan.Zero;

    /// <summary>A message that says that nothing is wrong.</summary>
    public static AlertMessage Trial(DateTimeOffset now) => new(AlertKind.RunFailed, AlertStep.Test, AlertSeverity.Warning, new AlertFacts(), now);
}
