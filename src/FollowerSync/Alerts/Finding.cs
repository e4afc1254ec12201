using FollowerSync.Alerts.Texts;

namespace FollowerSync.Alerts;

/// <summary>What a look at something came to.</summary>
/// <param name="Kind">What was looked at.</param>
/// <param name="Subject">Of what.</param>
/// <param name="Verdict">How it stands.</param>
/// <param name="Facts">What is known of it.</param>
internal sealed record Finding(AlertKind Kind, string Subject, Verdict Verdict, AlertFacts Facts)
{
    public AlertSeverity Severity => Kind is AlertKind.RunFailed or AlertKind.Stale or AlertKind.TokenConflict or AlertKind.DatabaseAway ? AlertSeverity.Critical : AlertSeverity.Warning;
}

/// <summary>How something stands.</summary>
internal enum Verdict
{
    /// <summary>Nothing speaks for it or against it: an alert that is on stays on, one that is not stays off.</summary>
    Unknown,

    /// <summary>It is right.</summary>
    Good,

    /// <summary>A person is needed.</summary>
    Bad,
}
