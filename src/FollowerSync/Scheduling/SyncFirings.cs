using FollowerSync.Accounts;
using FollowerSync.Runs;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>Firings of an account's sync beside those of its schedule.</summary>
internal sealed class SyncFirings(ISchedulerFactory schedulers, TimeProvider time)
{
    /// <summary>Fires at once.</summary>
    public async Task NowAsync(AccountOptions account, SyncTrigger trigger, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        await scheduler.TriggerJob(AccountJobs.SyncKey(account), AccountJobs.By(trigger), cancellationToken);
    }

    /// <summary>Fires once more after a pause, instead of what was to be fired so before.</summary>
    /// <returns>When.</returns>
    public async Task<DateTimeOffset> LaterAsync(AccountOptions account, SyncTrigger trigger, TimeSpan pause, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        DateTimeOffset at = time.GetUtcNow() + pause;
        ITrigger retry = TriggerBuilder.Create()
            .ForJob(AccountJobs.SyncKey(account)).WithIdentity(AccountJobs.RetryKey(account)).UsingJobData(AccountJobs.By(trigger)).StartAt(at).Build();
        await scheduler.ScheduleTrigger(retry, TriggerConflict.Replace, cancellationToken);
        return at;
    }

    /// <summary>Takes back what was to be fired later.</summary>
    public async Task ForgetAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        await scheduler.UnscheduleJob(AccountJobs.RetryKey(account), cancellationToken);
    }
}
