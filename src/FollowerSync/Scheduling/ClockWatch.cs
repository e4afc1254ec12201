using FollowerSync.Nodes;
using Microsoft.Extensions.Options;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>Sees when this machine's clock is set, by a clock that nobody sets, and says so. The scheduler keeps the moments of its next firings, by the clock:
/// one that is set back would stop it for as long, so the next firings are reckoned anew. What a clock set forward leaves out, the scheduler makes up by itself.</summary>
internal sealed partial class ClockWatch(ISchedulerFactory schedulers, OwnNode node, IOptions<ScheduleOptions> schedule, TimeProvider time, ILogger<ClockWatch> logger) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>A smaller step moves no firing by more than the schedule's own tolerance.</summary>
    private static readonly TimeSpan SmallestStep = TimeSpan.FromSeconds(5);

    private long _timestamp;
    private DateTimeOffset _clock;

    /// <summary>From here on, and not from when the machine finds time to watch, a step is seen.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        (_timestamp, _clock) = (time.GetTimestamp(), time.GetUtcNow());
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            TimeSpan step = time.GetUtcNow() - _clock - time.GetElapsedTime(_timestamp);
            if (step.Duration() < SmallestStep)
                continue;
            (_timestamp, _clock) = (time.GetTimestamp(), time.GetUtcNow());
            await TellAsync(step, stoppingToken);
        }
    }

    private async Task TellAsync(TimeSpan step, CancellationToken cancellationToken)
    {
        string by = TextOf(step.Duration());
        if (step > TimeSpan.Zero)
        {
            LogForward(by);
            return;
        }

        // The moments of a shared schedule are the cluster's: what no node that lives would have fire so late is reckoned anew anyway.
        if (node.Cluster is not null)
        {
            LogBackInCluster(by);
            return;
        }

        try
        {
            IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
            foreach (TriggerHeader trigger in (await scheduler.QueryTriggers(new TriggerQuery { Take = PagedQuery.All }, cancellationToken)).Items)
                await ReckonAnewAsync(scheduler, trigger.Key, step, cancellationToken);
            LogBack(by, schedule.Value.Cron);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotReckoned(exception, by);
        }
    }

    private static string TextOf(TimeSpan step) =>
        step < TimeSpan.FromMinutes(2) ? $"{step.TotalSeconds:0} s"
        : step < TimeSpan.FromHours(2) ? $"{step.TotalMinutes:0} min"
        : step < TimeSpan.FromDays(2) ? FormattableString.Invariant($"{step.TotalHours:0.#} h")
        : $"{step.TotalDays:0} days";

    // A trigger begins when it was made, which lies in the future now; one that is to fire once, later, is moved with the clock.
    private async Task ReckonAnewAsync(IScheduler scheduler, TriggerKey key, TimeSpan step, CancellationToken cancellationToken)
    {
        if (await scheduler.GetTrigger(key, cancellationToken) is not { NextFireTimeUtc: not null } trigger)
            return;
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset moved = trigger.StartTimeUtc + step;
        await scheduler.RescheduleJob(key, trigger.GetTriggerBuilder().StartAt(moved > now ? moved : now).Build(), cancellationToken);
    }

    [LoggerMessage(3105, LogLevel.Warning, "The clock of this machine was set back by {Step}: the next firings were reckoned anew, and the schedule ({Cron}) goes on. Keep the clock right by NTP.")]
    private partial void LogBack(string step, string cron);

    [LoggerMessage(3106, LogLevel.Warning, "The clock of this machine was set back by {Step}: what this node planned later than the schedule says is reckoned anew within a few minutes. Keep the clocks of all nodes right by NTP.")]
    private partial void LogBackInCluster(string step);

    [LoggerMessage(3107, LogLevel.Warning, "The clock of this machine went forward by {Step}: it was set, or the machine slept. A sync that came due meanwhile is made up at once. Keep the clock right by NTP.")]
    private partial void LogForward(string step);

    [LoggerMessage(3108, LogLevel.Error, "The clock of this machine was set back by {Step}, and the schedule could not be reckoned anew: syncs may be late by as much. Restart the worker.")]
    private partial void LogNotReckoned(Exception exception, string step);
}
