namespace FollowerSync.Alerts;

/// <summary>Whether an account's data is as new as the schedule promises, for alerts and page alike.</summary>
internal enum Freshness
{
    /// <summary>Nothing was complete yet.</summary>
    Never,

    OnTime,

    /// <summary>The next run was due.</summary>
    Late,

    /// <summary>It was due, and the time of grace is over.</summary>
    Overdue,

    /// <summary>Likewise, but its round goes on with the next day's calls.</summary>
    Waiting,

    /// <summary>Somebody paused it.</summary>
    Paused,

    /// <summary>The schedule starts no run any more, or the settings do not name the account.</summary>
    NotDue,
}
