using FollowerSync.Alerts.Texts;

namespace FollowerSync.StatusPage.Reading;

/// <summary>Something that needs a person.</summary>
internal sealed record FiringAlert
{
    public AlertKind Alert { get; init; }

    public string Subject { get; init; } = "";

    public AlertSeverity Severity { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public string Facts { get; init; } = "{}";

    public AlertMessage Message => new(Alert, AlertStep.Firing, Severity, AlertFacts.OfJson(Facts), StartedAt);
}
