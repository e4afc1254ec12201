namespace FollowerSync.Scheduling;

/// <summary>Why a sync fires.</summary>
internal enum FiringKind
{
    /// <summary>The cron expression says so.</summary>
    Schedule,

    /// <summary>As <see cref="Schedule"/>, put off by the account's share of <c>Schedule:Spread</c>.</summary>
    Spread,

    /// <summary>The worker started and found the account due.</summary>
    Start,

    /// <summary>A person asked for it on the status page.</summary>
    Hand,

    /// <summary>An earlier try failed for a passing reason.</summary>
    Retry,
}
