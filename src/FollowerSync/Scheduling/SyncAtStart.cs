using FollowerSync.Accounts;
using FollowerSync.Runs;
using Microsoft.Extensions.Options;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>When the worker starts, closes the runs a dead process left behind and syncs the accounts that have never been synced or whose last run was broken off.</summary>
internal sealed partial class SyncAtStart(
    FindLastRun findLastRun, AbandonDeadRuns abandonDeadRuns, ISchedulerFactory schedulers, IOptions<WeChatOptions> accounts, IOptions<ScheduleOptions> schedule, ILogger<SyncAtStart> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (AccountOptions account in accounts.Value.Accounts)
            await SyncIfDueAsync(account, stoppingToken);
    }

    private async Task SyncIfDueAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        try
        {
            await abandonDeadRuns(account, cancellationToken);
            if (!schedule.Value.RunAtStart)
                return;
            SyncRun? last = await findLastRun(account.AppId, cancellationToken);
            if (last is not null && !WasBrokenOff(last))
                return;
            LogDue(account.DisplayName, last?.Status);
            IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
            await scheduler.TriggerJob(AccountJobs.SyncKey(account), AccountJobs.By(SyncTrigger.Start), cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(exception, account.DisplayName);
        }
    }

    // A failed run is left to the schedule: a worker that is restarted over and over must not spend the day's quota.
    private static bool WasBrokenOff(SyncRun run) => run.Status is RunStatus.Running or RunStatus.Abandoned or RunStatus.Cancelled;

    [LoggerMessage(LogLevel.Information, "Syncing {Account} at once; its last run: {Status}")]
    private partial void LogDue(string account, RunStatus? status);

    [LoggerMessage(LogLevel.Error, "Whether {Account} needs a sync at once could not be found out; its schedule holds")]
    private partial void LogFailed(Exception exception, string account);
}
