namespace FollowerSync.Alerts;

/// <summary>By when an account is to have succeeded again, for alerts and page alike.</summary>
internal static class AlertScheduleExtensions
{
    /// <param name="schedule">The schedule.</param>
    /// <param name="success">When the newest success ended.</param>
    /// <param name="took">How long that run took.</param>
    /// <param name="resumedAt">When somebody last resumed the account, from when it counts then; null = nobody did.</param>
    /// <param name="now">What lies after it was stamped by a clock that has been set since.</param>
    /// <returns>When the next success is due; null = never.</returns>
    public static DateTimeOffset? DueAfter(this AlertSchedule schedule, DateTimeOffset success, TimeSpan took, DateTimeOffset? resumedAt, DateTimeOffset now)
    {
        DateTimeOffset since = Later(Earlier(success, now), Earlier(resumedAt ?? success, now));
        if (schedule(since) is not { } next || schedule(next) is not { } afterNext)
            return null;
        // The interval in which the success lies; over a weekend without runs it is longer than the next one.
        return Later(since + (afterNext - next), next + took);
    }

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
