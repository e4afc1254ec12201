using FollowerSync.Accounts;
using FollowerSync.Runs;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>Firings of an account's sync beside those of its schedule.</summary>
internal sealed class SyncFirings(ISchedulerFactory schedulers, TimeProvider time)
{
    /// <summary>Fires at once, unless another node has asked for the same.</summary>
    public Task NowAsync(AccountOptions account, CancellationToken cancellationToken) =>
        PlanAsync(account, new Firing(FiringKind.Start, SyncTrigger.Start), TimeSpan.Zero, TriggerConflict.Keep, cancellationToken);

    /// <summary>Fires at once since a person asks for it, also when the account is paused.</summary>
    public Task ByHandAsync(AccountOptions account, CancellationToken cancellationToken) =>
        PlanAsync(account, new Firing(FiringKind.Hand, SyncTrigger.Manual), TimeSpan.Zero, TriggerConflict.Keep, cancellationToken);

    /// <summary>Fires the schedule's firing somewhat later; one that waits already stays.</summary>
    public Task SpreadAsync(AccountOptions account, TimeSpan pause, CancellationToken cancellationToken) =>
        PlanAsync(account, new Firing(FiringKind.Spread, SyncTrigger.Schedule), pause, TriggerConflict.Keep, cancellationToken);

    /// <summary>Fires once more after a pause, instead of what was to be fired so before.</summary>
    /// <returns>When.</returns>
    public Task<DateTimeOffset> LaterAsync(AccountOptions account, SyncTrigger trigger, NextTry next, CancellationToken cancellationToken) => PlanAsync(
        account, new Firing(FiringKind.Retry, trigger) { KnownRun = next.KnownRun, AfterPause = next.Pause }, next.Pause, TriggerConflict.Replace, cancellationToken);

    /// <summary>Takes back what was to be fired later.</summary>
    public async Task ForgetAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        await scheduler.UnscheduleJob(AccountJobs.KeyOf(account.AppId, FiringKind.Retry), cancellationToken);
    }

    private async Task<DateTimeOffset> PlanAsync(AccountOptions account, Firing firing, TimeSpan pause, TriggerConflict conflict, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        DateTimeOffset at = time.GetUtcNow() + pause;
        ITrigger trigger = AccountJobs.TriggerOf(account.AppId, AccountJobs.KeyOf(account.AppId, firing.Kind), time).UsingJobData(firing.ToData()).StartAt(at).Build();
        await scheduler.ScheduleTrigger(trigger, conflict, cancellationToken);
        return at;
    }
}
