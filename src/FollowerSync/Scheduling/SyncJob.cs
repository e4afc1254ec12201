using FollowerSync.Accounts;
using Microsoft.Extensions.Options;
using Quartz;

namespace FollowerSync.Scheduling;

/// <summary>
/// Syncs one account; every account has a job of its own, so that they run side by side. A firing that comes due during a run waits for
/// its end. No exception leaves the job, but that the worker stops, so that another node takes the firing up: a passing failure is tried again after a pause, any other at the next firing.
/// </summary>
[DisallowConcurrentExecution]
internal sealed partial class SyncJob(NodeTurn turn, SyncFirings firings, IOptions<WeChatOptions> options, IOptions<ScheduleOptions> schedule, TimeProvider time, ILogger<SyncJob> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (AccountJobs.FindAccount(context, options.Value) is not { } account)
        {
            LogUnknown(context.JobDetail.Key.Name);
            return;
        }

        try
        {
            await FireAsync(account, Firing.Of(context), context, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            LogStopped(account.DisplayName);
            if (context.JobDetail.RequestsRecovery)
                throw;
        }
#pragma warning disable CA1031 // The schedule goes on, whatever happens to a firing.
        catch (Exception exception)
        {
            LogFailed(exception, account.DisplayName);
        }
#pragma warning restore CA1031
    }

    private async Task FireAsync(AccountOptions account, Firing firing, IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (firing.Kind == FiringKind.Schedule && !firing.IsTakenOver && Spread.Of(account.AppId, firing.DueAt, schedule.Value) is var share && share > TimeSpan.Zero)
        {
            await firings.SpreadAsync(account, share, cancellationToken);
            return;
        }

        NextTry? next = await turn.RunAsync(account, firing, cancellationToken);
        if (next is not null)
        {
            DateTimeOffset again = await firings.LaterAsync(account, firing.Trigger, next, cancellationToken);
            LogLevel level = next.IsOrdinary ? LogLevel.Debug : LogLevel.Warning;
            LogRetry(level, account.DisplayName, again);
            return;
        }

        // A night that is over takes along what was to be tried again of the one before. A firing beside the schedule may have had nothing to do, or no more luck.
        if (firing.Kind is FiringKind.Schedule or FiringKind.Spread)
            await firings.ForgetAsync(account, cancellationToken);

        // Nothing is next when the worker stops, and what came due meanwhile begins by itself.
        if (!cancellationToken.IsCancellationRequested && await NextAsync(context, cancellationToken) is { } at && at > time.GetUtcNow())
            LogNext(account.DisplayName, at);
    }

    // The firing that the start of the worker asks for has no next one; the schedule's own trigger has.
    private static async Task<DateTimeOffset?> NextAsync(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await context.Scheduler.GetTrigger(AccountJobs.ScheduleKey(context.JobDetail.Key.Name), cancellationToken) is { NextFireTimeUtc: { } next } trigger
            ? trigger is ICronTrigger cron ? TimeZoneInfo.ConvertTime(next, cron.TimeZone) : next : null;

    [LoggerMessage(3123, LogLevel.Information, "The next scheduled sync of {Account} is at {Next:yyyy-MM-dd HH:mm:ss zzz}")]
    private partial void LogNext(string account, DateTimeOffset next);

    [LoggerMessage(EventId = 3124, Message = "The sync of {Account} failed for a reason that may pass, or another run has the account; it is tried again at {Next:yyyy-MM-dd HH:mm:ss zzz}")]
    private partial void LogRetry(LogLevel level, string account, DateTimeOffset next);

    [LoggerMessage(3125, LogLevel.Information, "The sync of {Account} was stopped; it goes on when a worker is there again")]
    private partial void LogStopped(string account);

    [LoggerMessage(3126, LogLevel.Warning, "The sync of account {AppId} fired on a node whose settings do not name it, and was left out")]
    private partial void LogUnknown(string appId);

    [LoggerMessage(3127, LogLevel.Error, "The sync of {Account} failed outside of its run; the next firing tries again")]
    private partial void LogFailed(Exception exception, string account);
}
