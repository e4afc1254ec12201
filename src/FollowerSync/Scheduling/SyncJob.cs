using FollowerSync.Accounts;
using FollowerSync.Leases;
using FollowerSync.Sync;
using Microsoft.Extensions.Options;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>
/// Syncs one account; every account has a job of its own, so that they run side by side. A firing that comes due during a run waits for
/// its end. No exception leaves the job: the next firing is the retry.
/// </summary>
[DisallowConcurrentExecution]
internal sealed partial class SyncJob(SyncAccount runSync, IOptions<WeChatOptions> options, ILogger<SyncJob> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        AccountOptions account = AccountJobs.AccountOf(context, options.Value);
        try
        {
            // The run says itself how it ended.
            await runSync(account, AccountJobs.TriggerOf(context), progress: null, cancellationToken);
            LogNext(account.DisplayName, await NextAsync(context, cancellationToken));
        }
        catch (RunActiveException exception)
        {
            LogActive(account.DisplayName, exception.Message);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopped(account.DisplayName);
        }
        catch (Exception exception)
        {
            LogFailed(exception, account.DisplayName);
        }
    }

    // The firing that the start of the worker asks for has no next one; the schedule's own trigger has.
    private static async Task<DateTimeOffset?> NextAsync(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await context.Scheduler.GetTrigger(new TriggerKey(context.JobDetail.Key.Name, context.JobDetail.Key.Group), cancellationToken) is { NextFireTimeUtc: { } next } trigger
            ? trigger is ICronTrigger cron ? TimeZoneInfo.ConvertTime(next, cron.TimeZone) : next : null;

    [LoggerMessage(LogLevel.Information, "The next scheduled sync of {Account} is at {Next:yyyy-MM-dd HH:mm:ss zzz}")]
    private partial void LogNext(string account, DateTimeOffset? next);

    [LoggerMessage(LogLevel.Warning, "The sync of {Account} was left out: {Reason}")]
    private partial void LogActive(string account, string reason);

    [LoggerMessage(LogLevel.Information, "The sync of {Account} was stopped before it began")]
    private partial void LogStopped(string account);

    [LoggerMessage(LogLevel.Error, "The sync of {Account} failed without a run record; the next firing tries again")]
    private partial void LogFailed(Exception exception, string account);
}
