using FollowerSync.Accounts;
using FollowerSync.Leases;
using FollowerSync.Runs;
using FollowerSync.Sync;

namespace FollowerSync.Scheduling;

/// <summary>One try of a night: looks whether there is still something to do, runs, and says in how long to try again.</summary>
internal sealed partial class NightSync(
    SyncAccount runSync, FindLastRun findLastRun, Nights nights, LateRecords late, TimeProvider time, ILogger<NightSync> logger)
{
    /// <summary>Runs, if nobody else has done it meanwhile.</summary>
    /// <returns>In how long to try again; null = at the next time of the schedule.</returns>
    public async Task<TimeSpan?> RunAsync(AccountOptions account, SyncTrigger trigger, bool isRetry, CancellationToken cancellationToken)
    {
        if (!isRetry)
            nights.Begin(account.AppId);
        bool isThere = await late.TryRecordAsync(cancellationToken);
        if (isRetry && isThere && await IsOverAsync(account, cancellationToken))
        {
            LogOver(account.DisplayName);
            return null;
        }

        return await TryAsync(account, trigger, cancellationToken);
    }

    private async Task<TimeSpan?> TryAsync(AccountOptions account, SyncTrigger trigger, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        try
        {
            // The run says itself how it ended.
            SyncRun run = await runSync(account, trigger, progress: null, cancellationToken);
            nights.Know(account.AppId, run.RunId);
            if (run.ToRecord is { } closed)
                late.Add(new UnrecordedRun(account, trigger, start, time) { Run = closed });
            return run.RetryIn;
        }
        catch (RunActiveException exception)
        {
            LogActive(account.DisplayName, exception.Message);
            return nights.RetryAfter(account.AppId, trigger);
        }
#pragma warning disable CA1031 // Whatever kept the run from beginning is recorded.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan? pause = PassingFailure.Is(exception) ? nights.RetryAfter(account.AppId, trigger) : null;
            late.Add(new UnrecordedRun(account, trigger, start, time) { Error = $"The run could not begin. {exception.Message}", RetryIn = pause });
            LogNotBegun(exception, account.DisplayName);
            return pause;
        }
#pragma warning restore CA1031
    }

    private async Task<bool> IsOverAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        try
        {
            return nights.IsOver(account.AppId, await findLastRun(account.AppId, cancellationToken));
        }
#pragma warning disable CA1031 // The run meets the same, and tells it.
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return false;
        }
#pragma warning restore CA1031
    }

    [LoggerMessage(LogLevel.Warning, "The sync of {Account} was left out: {Reason}")]
    private partial void LogActive(string account, string reason);

    [LoggerMessage(LogLevel.Information, "{Account} was synced by somebody else meanwhile; nothing is tried again")]
    private partial void LogOver(string account);

    [LoggerMessage(LogLevel.Error, "The sync of {Account} could not begin; it is recorded as soon as the database is back")]
    private partial void LogNotBegun(Exception exception, string account);
}
