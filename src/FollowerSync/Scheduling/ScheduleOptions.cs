namespace FollowerSync.Scheduling;

/// <summary>Section <c>Schedule</c>: when the worker syncs.</summary>
internal sealed class ScheduleOptions
{
    public const string Section = "Schedule";

    /// <summary>When to sync: a Quartz cron expression of six or seven fields (<c>0 30 3 * * ?</c>) or a Unix one of five (<c>30 3 * * *</c>).
    /// Default every day at 03:30.</summary>
    [Cron]
    public string Cron { get; set; } = "0 30 3 * * ?";

    /// <summary>Time zone <see cref="Cron"/> is read in, an IANA name. Default <c>Asia/Shanghai</c>.</summary>
    [TimeZone]
    public string TimeZone { get; set; } = "Asia/Shanghai";

    /// <summary>Whether the worker syncs at once when it starts and finds an account never synced, or its last run broken off. Default true.</summary>
    public bool RunAtStart { get; set; } = true;
}
