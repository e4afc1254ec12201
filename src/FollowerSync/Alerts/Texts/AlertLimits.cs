namespace FollowerSync.Alerts.Texts;

/// <summary>From where on something counts as wrong.</summary>
internal static class AlertLimits
{
    /// <summary>Held people are counted so far, so that looking stays cheap.</summary>
    public const long CountedAtMost = 100_000;

    /// <summary>Refused openids of a run that are no alert, however few are listed.</summary>
    public const long RefusedAtMost = 100;

    /// <summary>Likewise as a share of the list.</summary>
    public const double RefusedShare = 0.01;

    /// <summary>Followers by which WeChat's books may differ.</summary>
    public const long DifferenceAtMost = 10;

    /// <summary>Likewise as a share of the followers.</summary>
    public const double DifferenceShare = 0.001;

    /// <summary>Tokens replaced within an hour that mean another program.</summary>
    public const long ReplacementsOfAFight = 3;
}
