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

    /// <summary>The alerts, and a run that waits for a person although nobody has looked yet: alerts are looked for every half minute.</summary>
    public static IReadOnlyList<FiringAlert> With(IReadOnlyList<FiringAlert> alerts, IReadOnlyList<AccountCard> cards) =>
    [
        .. alerts,
        .. cards.Where(card => card.HeldRunId is not null && !alerts.Any(alert => alert.Alert == AlertKind.Held && alert.Subject == card.AppId)).Select(card => new FiringAlert
        {
            Alert = AlertKind.Held,
            Subject = card.AppId,
            StartedAt = card.LastRun?.FinishedAt ?? card.Now,
            Facts = new AlertFacts { Account = card.Name, AppId = card.AppId, RunId = card.HeldRunId }.ToJson(),
        }),
    ];

    public AlertMessage Message => new(Alert, AlertStep.Firing, Severity, AlertFacts.OfJson(Facts), StartedAt);
}
