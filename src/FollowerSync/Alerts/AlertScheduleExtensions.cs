namespace FollowerSync.Alerts;

/// <summary>By when an account is to have succeeded again, for alerts and page alike.</summary>
internal static class AlertScheduleExtensions
{
    /// <param name="schedule">The schedule.</param>
    /// <param name="success">When the newest success ended.</param>
    /// <param name="took">How long that run took.</param>
    /// <returns>When the next success is due; null = never.</returns>
    public static DateTimeOffset? DueAfter(this AlertSchedule schedule, DateTimeOffset success, TimeSpan took)
    {
        if (schedule(success) is not { } next || schedule(next) is not { } afterNext)
            return null;
        // The interval in which the success lies; over a weekend without runs it is longer than the next one.
        DateTimeOffset byInterval = success + (afterNext - next), byRun = next + took;
        return byInterval > byRun ? byInterval : byRun;
    }
}
