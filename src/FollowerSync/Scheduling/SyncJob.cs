using FollowerSync.Accounts;
using FollowerSync.Runs;
using Microsoft.Extensions.Options;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>
/// Syncs one account; every account has a job of its own, so that they run side by side. A firing that comes due during a run waits for
/// its end. No exception leaves the job: a passing failure is tried again after a pause, any other at the next firing.
/// </summary>
[DisallowConcurrentExecution]
internal sealed partial class SyncJob(NightSync night, SyncFirings firings, IOptions<WeChatOptions> options, TimeProvider time, ILogger<SyncJob> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        AccountOptions account = AccountJobs.AccountOf(context, options.Value);
        SyncTrigger trigger = AccountJobs.TriggerOf(context);
        bool isRetry = context.Trigger.Key.Equals(AccountJobs.RetryKey(account));
        try
        {
            if (!isRetry)
                await firings.ForgetAsync(account, cancellationToken);
            TimeSpan? pause = await night.RunAsync(account, trigger, isRetry, cancellationToken);
            if (pause is { } wait)
                LogRetry(account.DisplayName, await firings.LaterAsync(account, trigger, wait, cancellationToken));
            // Nothing is next when the worker stops, and what came due meanwhile begins by itself.
            else if (!cancellationToken.IsCancellationRequested && await NextAsync(context, cancellationToken) is { } next && next > time.GetUtcNow())
                LogNext(account.DisplayName, next);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopped(account.DisplayName);
        }
#pragma warning disable CA1031 // The schedule goes on, whatever happens to a firing.
        catch (Exception exception)
        {
            LogFailed(exception, account.DisplayName);
        }
#pragma warning restore CA1031
    }

    // The firing that the start of the worker asks for has no next one; the schedule's own trigger has.
    private static async Task<DateTimeOffset?> NextAsync(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await context.Scheduler.GetTrigger(new TriggerKey(context.JobDetail.Key.Name, context.JobDetail.Key.Group), cancellationToken) is { NextFireTimeUtc: { } next } trigger
            ? trigger is ICronTrigger cron ? TimeZoneInfo.ConvertTime(next, cron.TimeZone) : next : null;

    [LoggerMessage(LogLevel.Information, "The next scheduled sync of {Account} is at {Next:yyyy-MM-dd HH:mm:ss zzz}")]
    private partial void LogNext(string account, DateTimeOffset next);

    [LoggerMessage(LogLevel.Warning, "The sync of {Account} failed for a reason that may pass; it is tried again at {Next:yyyy-MM-dd HH:mm:ss zzz}")]
    private partial void LogRetry(string account, DateTimeOffset next);

    [LoggerMessage(LogLevel.Information, "The sync of {Account} was stopped before it began")]
    private partial void LogStopped(string account);

    [LoggerMessage(LogLevel.Error, "The sync of {Account} failed outside of its run; the next firing tries again")]
    private partial void LogFailed(Exception exception, string account);
}
