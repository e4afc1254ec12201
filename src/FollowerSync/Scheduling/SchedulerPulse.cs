using System.Globalization;
using FollowerSync.Nodes;
using Microsoft.Extensions.Options;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>Whether the scheduler starts what is due, without asking the database.</summary>
internal sealed class SchedulerPulse(ISchedulerFactory schedulers, OwnNode node, IOptions<ScheduleOptions> schedule, TimeProvider time)
{
    /// <summary>A firing that waits for so long, with a thread free to take it, waits for a scheduler that stands still.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(2);

    /// <summary>What the scheduler does, in a few words; null when it stands still.</summary>
    public async Task<string?> FeelAsync(CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        if (scheduler.Status != SchedulerStatus.Running)
            return null;
        // What a cluster shares stands in the database, which may be away while this process is well.
        if (node.Cluster is not null)
            return Next();

        int running = (await scheduler.QueryFireInstances(new FireInstanceQuery { Take = PagedQuery.All }, cancellationToken)).Items.Count;
        if (running < schedule.Value.MaxConcurrentRuns && await IsOverdueAsync(scheduler, cancellationToken))
            return null;
        return running == 0 ? Next() : string.Create(CultureInfo.InvariantCulture, $"Syncing {running} account{(running == 1 ? "" : "s")}. {Next()}");
    }

    // A firing that waits for the end of an earlier one of its account is blocked, not overdue.
    private async Task<bool> IsOverdueAsync(IScheduler scheduler, CancellationToken cancellationToken) =>
        (await scheduler.QueryTriggers(new TriggerQuery { State = TriggerState.Normal, NextFireTimeBefore = time.GetUtcNow() - LongestDelay, Take = 1 }, cancellationToken)).Items.Count > 0;

    private string Next() =>
        NextRun.After(time.GetUtcNow(), schedule.Value) is { } next
            ? string.Create(CultureInfo.InvariantCulture, $"The next scheduled sync: {TimeZoneInfo.ConvertTime(next, TimeZoneInfo.FindSystemTimeZoneById(schedule.Value.TimeZone)):yyyy-MM-dd HH:mm:ss zzz}")
            : "No sync is scheduled";
}
