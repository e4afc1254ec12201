namespace FollowerSync.Scheduling;

/// <summary>When the schedule of the settings starts the next run.</summary>
internal static class NextRun
{
    /// <summary>Null = never again.</summary>
    public static DateTimeOffset? After(DateTimeOffset moment, ScheduleOptions schedule) => CronText.Parse(schedule.Cron, schedule.TimeZone).GetNextValidTimeAfter(moment);
}
