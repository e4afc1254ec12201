using FollowerSync.Accounts;
using FollowerSync.Runs;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>Firings of an account's sync beside those of its schedule.</summary>
internal sealed partial class SyncFirings(ISchedulerFactory schedulers, TimeProvider time, ILogger<SyncFirings> logger)
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(5);

    /// <summary>Fires at once, unless another node has asked for the same.</summary>
    public Task NowAsync(AccountOptions account, CancellationToken cancellationToken) =>
        PlanAsync(account, new Firing(FiringKind.Start, SyncTrigger.Start), time.GetUtcNow(), TriggerConflict.Keep, cancellationToken);

    /// <summary>Fires at once since a person asks for it, also when the account is paused.</summary>
    public Task ByHandAsync(AccountOptions account, CancellationToken cancellationToken) =>
        PlanAsync(account, new Firing(FiringKind.Hand, SyncTrigger.Manual), time.GetUtcNow(), TriggerConflict.Keep, cancellationToken);

    /// <summary>Fires the schedule's firing somewhat later; one that waits already stays.</summary>
    public Task SpreadAsync(AccountOptions account, TimeSpan pause, CancellationToken cancellationToken) =>
        PlanSurelyAsync(account, new Firing(FiringKind.Spread, SyncTrigger.Schedule), pause, TriggerConflict.Keep, cancellationToken);

    /// <summary>Fires once more after a pause, instead of what was to be fired so before.</summary>
    /// <returns>When.</returns>
    public Task<DateTimeOffset> LaterAsync(AccountOptions account, SyncTrigger trigger, NextTry next, CancellationToken cancellationToken) => PlanSurelyAsync(
        account, new Firing(FiringKind.Retry, trigger) { KnownRun = next.KnownRun, AfterPause = next.Pause }, next.Pause, TriggerConflict.Replace, cancellationToken);

    /// <summary>Takes back what was to be fired later.</summary>
    public async Task ForgetAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        await scheduler.UnscheduleJob(AccountJobs.KeyOf(account.AppId, FiringKind.Retry), cancellationToken);
    }

    // Nobody else knows of what is planned here: it is told until it is taken, also while the database of a shared schedule is away, as it may be just then.
    private async Task<DateTimeOffset> PlanSurelyAsync(AccountOptions account, Firing firing, TimeSpan pause, TriggerConflict conflict, CancellationToken cancellationToken)
    {
        DateTimeOffset at = time.GetUtcNow() + pause;
        for (bool isTold = false; ; isTold = true)
        {
            try
            {
                await PlanAsync(account, firing, at, conflict, cancellationToken);
                return at;
            }
            catch (SchedulerException exception) when (!cancellationToken.IsCancellationRequested)
            {
                if (!isTold)
                    LogNotPlanned(account.DisplayName, at, exception.GetBaseException().Message);
                await Task.Delay(BetweenTries, time, cancellationToken);
            }
        }
    }

    private async Task PlanAsync(AccountOptions account, Firing firing, DateTimeOffset at, TriggerConflict conflict, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        ITrigger trigger = AccountJobs.TriggerOf(account.AppId, AccountJobs.KeyOf(account.AppId, firing.Kind), time).UsingJobData(firing.ToData()).StartAt(at).Build();
        await scheduler.ScheduleTrigger(trigger, conflict, cancellationToken);
    }

    [LoggerMessage(3122, LogLevel.Warning, "The next try of {Account}, at {At:yyyy-MM-dd HH:mm:ss zzz}, could not be put into the schedule; that is tried again until it can. {Reason}")]
    private partial void LogNotPlanned(string account, DateTimeOffset at, string reason);
}
