using FollowerSync.Languages;
using FollowerSync.Settings;

namespace FollowerSync.Scheduling;

/// <summary>Section <c>Schedule</c>: when the worker syncs.</summary>
internal sealed class ScheduleOptions : ISettingsRules
{
    public const string Section = "Schedule";

    /// <summary>When to sync: a Quartz cron expression of six or seven fields (<c>0 30 3 * * ?</c>) or a Unix one of five (<c>30 3 * * *</c>).
    /// Default every day at 03:30.</summary>
    [Cron]
    public string Cron { get; set; } = "0 30 3 * * ?";

    /// <summary>Time zone <see cref="Cron"/> is read in, an IANA name. Default <c>Asia/Shanghai</c>.</summary>
    [TimeZone]
    public string TimeZone { get; set; } = "Asia/Shanghai";

    /// <summary>Whether the worker syncs at once when it starts and finds an account never synced, its last run broken off, or its time missed. Default true.</summary>
    public bool RunAtStart { get; set; } = true;

    /// <summary>Time over which accounts begin one after the other when the schedule fires, each always at the same place. Default 0, all at once; range 0 to 12 h.</summary>
    [DurationRange("00:00:00", "12:00:00")]
    public TimeSpan Spread { get; set; } = TimeSpan.Zero;

    /// <summary>Syncs this worker, or one <c>sync</c>, runs side by side; others wait for their turn. Default 4, range 1 to 64.</summary>
    [NumberRange(1, 64)]
    public int MaxConcurrentRuns { get; set; } = 4;

    /// <summary>Connections to the database that a worker uses at its busiest: up to five a run, and some for tokens, arrivals, pushes and pages.</summary>
    internal int Connections => 5 * MaxConcurrentRuns + 12;

    /// <summary>Pause before a run that failed for a passing reason (database or WeChat away or busy) is tried again; it doubles with every further failure, until the
    /// schedule fires. Default 2 min, range 0 to 1 h; 0 = left to the schedule.</summary>
    [DurationRange("00:00:00", "01:00:00")]
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Longest of these pauses. Default 1 h, range 1 s to 1 day.</summary>
    [DurationRange("00:00:01", "1.00:00:00")]
    public TimeSpan LongestRetryPause { get; set; } = TimeSpan.FromHours(1);

    public IEnumerable<SettingsFault> BrokenRules()
    {
        if (RetryPause > LongestRetryPause)
            yield return new SettingsFault(nameof(RetryPause), $"must not be longer than {nameof(LongestRetryPause)}", Sentence.Foreign($"\"{RetryPause}\""));
    }
}
