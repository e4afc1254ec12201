namespace FollowerSync.Alerts.Texts;

/// <summary>What can be wrong. The names are those of <c>followersync.alerts</c>, of the labels of webhooks, and of docs/alerts.md.</summary>
internal enum AlertKind
{
    /// <summary>A run failed and is not about to be tried again, or WeChat refuses the account.</summary>
    RunFailed,

    /// <summary>No run has succeeded for longer than the schedule allows.</summary>
    Stale,

    /// <summary>A run would change too many people and waits for a person.</summary>
    Held,

    /// <summary>Two runs in a row did not come to the end of their work.</summary>
    Partial,

    /// <summary>WeChat refuses more openids than a few.</summary>
    Rejected,

    /// <summary>The day's calls are used up, or those left belong to other systems.</summary>
    QuotaLow,

    /// <summary>Another program replaces the token.</summary>
    TokenConflict,

    /// <summary>Our counts and WeChat's books differ.</summary>
    Reconciliation,

    /// <summary>The database was away. Told when it is back.</summary>
    DatabaseAway,

    /// <summary>A channel takes no messages. Told on no channel; followersync.alerts has it.</summary>
    ChannelBroken,
}

/// <summary>How pressing an alert is.</summary>
internal enum AlertSeverity
{
    /// <summary>A person should look within the day.</summary>
    Warning,

    /// <summary>The data is not what it should be, or will not be.</summary>
    Critical,
}

/// <summary>What a message tells of an alert.</summary>
internal enum AlertStep
{
    /// <summary>It began.</summary>
    Firing,

    /// <summary>It is still so.</summary>
    Repeat,

    /// <summary>It is over.</summary>
    Resolved,

    /// <summary>Nothing is wrong; a person tries the channel.</summary>
    Test,
}
