using System.Globalization;
using FollowerSync.Runs;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>One firing of an account's sync. What it is told is kept as text with its trigger, so that any node may take it up.</summary>
/// <param name="Kind">Why it fires.</param>
/// <param name="Trigger">What the run is to say it was started by.</param>
internal sealed record Firing(FiringKind Kind, SyncTrigger Trigger)
{
    private const string Known = "KnownRun";
    private const string Pause = "Pause";

    /// <summary>Of a retry: the newest run at the time it was planned.</summary>
    public long KnownRun { get; init; }

    /// <summary>Of a retry: the pause before it.</summary>
    public TimeSpan AfterPause { get; init; }

    /// <summary>Whether the node that began it died or stopped, so that this one makes it up.</summary>
    public bool IsTakenOver { get; init; }

    /// <summary>When it was due.</summary>
    public DateTimeOffset DueAt { get; init; }

    public static Firing Of(IJobExecutionContext context)
    {
        JobDataMap data = context.MergedJobDataMap;
        return new Firing(Read(data, nameof(Kind), FiringKind.Schedule), Read(data, nameof(Trigger), SyncTrigger.Schedule))
        {
            KnownRun = long.TryParse(Text(data, Known), CultureInfo.InvariantCulture, out long run) ? run : 0,
            AfterPause = TimeSpan.TryParse(Text(data, Pause), CultureInfo.InvariantCulture, out TimeSpan pause) ? pause : TimeSpan.Zero,
            IsTakenOver = context.Recovering,
            DueAt = context.ScheduledFireTimeUtc ?? context.FireTimeUtc,
        };
    }

    /// <summary>What its trigger keeps.</summary>
    public JobDataMap ToData() => new()
    {
        [nameof(Kind)] = Kind.ToString(),
        [nameof(Trigger)] = Trigger.ToString(),
        [Known] = KnownRun.ToString(CultureInfo.InvariantCulture),
        [Pause] = AfterPause.ToString("c", CultureInfo.InvariantCulture),
    };

    private static T Read<T>(JobDataMap data, string key, T otherwise)
        where T : struct, Enum => Enum.TryParse(Text(data, key), out T value) ? value : otherwise;

    private static string? Text(JobDataMap data, string key) => data.TryGetValue(key, out object? value) ? value as string : null;
}
