using System.Globalization;
using FollowerSync.Nodes;
using Microsoft.Extensions.Options;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>Whether the scheduler starts what is due. A database that is away is no fault of it.</summary>
internal sealed class SchedulerPulse(ISchedulerFactory schedulers, OwnNode node, IOptions<ScheduleOptions> schedule, TimeProvider time)
{
    /// <summary>A firing that waits for so long, with a thread free to take it, waits for a scheduler that stands still.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(2);

    /// <summary>Whoever feels the pulse does not wait longer for the database of a shared schedule.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(5);

    // By the clock that nobody sets. Who feels the pulse does so one time after the other.
    private long? _lastWell;

    /// <summary>What the scheduler does, in a few words; null when it stands still.</summary>
    public async Task<string?> FeelAsync(CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        if (scheduler.Status != SchedulerStatus.Running)
            return null;
        if (node.Cluster is not null)
            return await ChecksInAsync(scheduler, cancellationToken) ? Next() : null;

        int running = (await scheduler.QueryFireInstances(new FireInstanceQuery { Take = PagedQuery.All }, cancellationToken)).Items.Count;
        if (running < schedule.Value.MaxConcurrentRuns && await IsOverdueAsync(scheduler, cancellationToken))
            return null;
        return running == 0 ? Next() : string.Create(CultureInfo.InvariantCulture, $"Syncing {running} account{(running == 1 ? "" : "s")}. {Next()}");
    }

    // A node that the database, when it answers, shows for minutes not to have checked in has a scheduler that stands still, however well all else of it is, and fires nothing. The
    // minutes are counted here: after an outage the last sign of a healthy node is as old as that, and of a node that is silent for long another one has taken the sign away.
    private async Task<bool> ChecksInAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        if (_lastWell is null || await IsWellAsync(scheduler, cancellationToken))
            _lastWell = time.GetTimestamp();
        return time.GetElapsedTime(_lastWell.Value) < LongestDelay;
    }

    // What a cluster shares stands in the database, which may be away while this process is well.
    private async Task<bool> IsWellAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(LongestLook, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            ClusterNode? own = (await scheduler.QueryClusterNodes(either.Token).AsTask().WaitAsync(either.Token)).SingleOrDefault(found => found.IsCurrentNode);
            return own?.LastCheckInUtc is { } last && time.GetUtcNow() - last < LongestDelay;
        }
#pragma warning disable CA1031 // Whatever it is, it is the database's: it is told where it is met.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return true;
        }
#pragma warning restore CA1031
    }

    // A firing that waits for the end of an earlier one of its account is blocked, not overdue.
    private async Task<bool> IsOverdueAsync(IScheduler scheduler, CancellationToken cancellationToken) =>
        (await scheduler.QueryTriggers(new TriggerQuery { State = TriggerState.Normal, NextFireTimeBefore = time.GetUtcNow() - LongestDelay, Take = 1 }, cancellationToken)).Items.Count > 0;

    private string Next() =>
        NextRun.After(time.GetUtcNow(), schedule.Value) is { } next
            ? string.Create(CultureInfo.InvariantCulture, $"The next scheduled sync: {TimeZoneInfo.ConvertTime(next, TimeZoneInfo.FindSystemTimeZoneById(schedule.Value.TimeZone)):yyyy-MM-dd HH:mm:ss zzz}")
            : "No sync is scheduled";
}
