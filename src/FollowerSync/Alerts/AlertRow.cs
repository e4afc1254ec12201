using FollowerSync.Alerts.Texts;

namespace FollowerSync.Alerts;

/// <summary>A row of <c>followersync.alerts</c>.</summary>
internal sealed record AlertRow
{
    public AlertKind Alert { get; init; }

    public string Subject { get; init; } = "";

    public AlertSeverity Severity { get; init; }

    public bool IsFiring { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    public DateTimeOffset? LastToldAt { get; init; }

    public int ToldCount { get; init; }

    public string FactsJson { get; init; } = "{}";

    public AlertFacts Facts => AlertFacts.OfJson(FactsJson);

    /// <summary>The alert as a message that tells how it stands.</summary>
    public AlertMessage Message => new(Alert, IsFiring ? AlertStep.Firing : AlertStep.Resolved, Severity, Facts, StartedAt, ResolvedAt);
}
