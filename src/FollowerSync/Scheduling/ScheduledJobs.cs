using System.Globalization;
using FollowerSync.Accounts;
using FollowerSync.Nodes;
using Microsoft.Extensions.Options;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>Sees to it that every account of the settings has its job and its trigger, before anything fires. What stands there as it should is left alone: a firing that is due
/// on another node stays due.</summary>
internal sealed class ScheduledJobs(ISchedulerFactory schedulers, OwnNode node, IOptions<WeChatOptions> accounts, IOptions<ScheduleOptions> schedule, TimeProvider time) : IHostedService
{
    /// <summary>Jobs stored in one transaction, which holds the lock of the whole schedule.</summary>
    private const int AtOnce = 50;

    /// <summary>What fired in the last minute may still be a node's next run, as far as others have heard.</summary>
    private static readonly TimeSpan AgeOfNextRuns = TimeSpan.FromMinutes(1);

    // Kept with every trigger, and compared: a trigger with another one is made anew.
    private string Description => string.Create(CultureInfo.InvariantCulture, $"{schedule.Value.Cron.Trim()} ({schedule.Value.TimeZone})");

    public Task StartAsync(CancellationToken cancellationToken) => StoreAsync(IsRight, cancellationToken);

    /// <summary>Puts in what is missing. Another schedule stays: it is that of the node that started last, and two that differ would take turns in changing it.</summary>
    public Task CompleteAsync(CancellationToken cancellationToken) => StoreAsync(Fires, cancellationToken);

    /// <summary>Begins anew, from now on, what is to fire later than the schedule of any node that lives fires next: a node planned it by a clock that was ahead, and nothing of the account
    /// would fire until then. What was to fire once fires at once.</summary>
    /// <param name="nextRuns">When these schedules fire next, as of some seconds ago.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task HastenAsync(IEnumerable<DateTimeOffset?> nextRuns, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset? last = nextRuns.Append(NextRun.After(now + AgeOfNextRuns, schedule.Value)).Max();
        string[] named = [.. accounts.Value.Accounts.Select(account => account.AppId)];
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        foreach (TriggerHeader late in (await scheduler.QueryTriggers(new TriggerQuery { Take = PagedQuery.All }, cancellationToken)).Items
            .Where(trigger => trigger.NextFireTimeUtc > last && named.Contains(trigger.Key.Name) && (trigger.Key.Group != AccountJobs.Group || trigger.Description == Description)))
        {
            if (await scheduler.GetTrigger(late.Key, cancellationToken) is { } trigger)
                await scheduler.RescheduleJob(late.Key, trigger.GetTriggerBuilder().StartAt(now).Build(), cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task StoreAsync(Func<TriggerHeader, bool> mayStay, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        TriggerQuery all = new() { Group = GroupMatcher<TriggerKey>.GroupEquals(AccountJobs.Group), Take = PagedQuery.All };
        Dictionary<string, TriggerHeader> known = (await scheduler.QueryTriggers(all, cancellationToken)).Items.ToDictionary(trigger => trigger.Key.Name, StringComparer.Ordinal);
        IEnumerable<string> missing = accounts.Value.Accounts.Select(account => account.AppId).Where(appId => !known.TryGetValue(appId, out TriggerHeader? trigger) || !mayStay(trigger));
        foreach (string[] some in missing.Chunk(AtOnce))
        {
            Dictionary<IJobDetail, IReadOnlyCollection<ITrigger>> jobs = some.ToDictionary(
                appId => AccountJobs.JobOf(appId, isShared: node.Cluster is not null), appId => (IReadOnlyCollection<ITrigger>)[TriggerOf(appId)]);
            await scheduler.ScheduleJobs(jobs, new ScheduleJobOptions { Replace = true }, cancellationToken);
        }
    }

    private static bool Fires(TriggerHeader trigger) => trigger.State != TriggerState.Error;

    private bool IsRight(TriggerHeader trigger) => trigger.Description == Description && Fires(trigger);

    // A firing missed by more than a minute (the machine slept, the run before was long) is made up once, at once: a day without a sync
    // is worse than one at another hour, and several missed ones count as one.
    private ITrigger TriggerOf(string appId) => AccountJobs.TriggerOf(appId, AccountJobs.ScheduleKey(appId), time).WithDescription(Description).WithSchedule(
        CronScheduleBuilder.Create(CronText.Parse(schedule.Value.Cron, schedule.Value.TimeZone)).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)).Build();
}
