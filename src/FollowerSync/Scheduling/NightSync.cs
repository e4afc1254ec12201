using FollowerSync.Accounts;
using FollowerSync.Languages;
using FollowerSync.Leases;
using FollowerSync.Runs;
using FollowerSync.Sync;

namespace FollowerSync.Scheduling;

/// <summary>One try of a night: looks whether there is still something to do, runs, and says in how long to try again.</summary>
internal sealed partial class NightSync(
    SyncAccount runSync, FindLastRun findLastRun, Nights nights, LateRecords late, TimeProvider time, ILogger<NightSync> logger)
{
    /// <summary>The database's clock and ours need not agree to the second.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    /// <summary>Runs, if nobody else has done it meanwhile.</summary>
    /// <returns>When to try again; null = at the next time of the schedule.</returns>
    /// <exception cref="OperationCanceledException">The worker stops; what was begun is to be gone on with.</exception>
    public async Task<NextTry?> RunAsync(AccountOptions account, Firing firing, CancellationToken cancellationToken)
    {
        if (firing.Kind == FiringKind.Retry)
            nights.Continue(account.AppId, firing.AfterPause, firing.KnownRun);
        else
            nights.Begin(account.AppId);
        if (await late.TryRecordAsync(account.AppId, cancellationToken) && await IsNeedlessAsync(account, firing, cancellationToken))
        {
            LogOver(account.DisplayName);
            return null;
        }

        return await TryAsync(account, firing.Trigger, cancellationToken);
    }

    private async Task<NextTry?> TryAsync(AccountOptions account, SyncTrigger trigger, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        try
        {
            // The run says itself how it ended.
            SyncRun run = await runSync(account, trigger, progress: null, cancellationToken);
            // One whose record could not be closed may have been closed all the same: then it leaves nothing to try again.
            nights.Know(account.AppId, run.ToRecord is null ? run.RunId : run.RunId - 1);
            if (run.ToRecord is { } closed)
                late.Add(new UnrecordedRun(account, trigger, start, time) { Run = closed });
            return run.Status != RunStatus.Cancelled || !cancellationToken.IsCancellationRequested
                ? TryIn(account, run.RetryIn) : throw new OperationCanceledException(cancellationToken);
        }
        catch (RunActiveException exception)
        {
            LogActive(account.DisplayName, exception.Message);
            return await AfterActiveAsync(account, trigger, exception, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever kept the run from beginning is recorded.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan? pause = PassingFailure.Is(exception) ? nights.RetryAfter(account.AppId, trigger) : null;
            late.Add(new UnrecordedRun(account, trigger, start, time) { Error = $"The run could not begin. {SentenceException.TextOf(exception)}", RetryIn = pause });
            LogNotBegun(exception, account.DisplayName);
            return TryIn(account, pause);
        }
#pragma warning restore CA1031
    }

    private NextTry? TryIn(AccountOptions account, TimeSpan? pause) => pause is { } wait ? new NextTry(wait, nights.Known(account.AppId)) : null;

    // A run whose node has gone silent is waited for until its lease ends. One that lives may do all there is to do: then it is a newer one than we know.
    private async Task<NextTry?> AfterActiveAsync(AccountOptions account, SyncTrigger trigger, RunActiveException active, CancellationToken cancellationToken)
    {
        TimeSpan? pause = active.FreeIn is { } free ? free + Margin : nights.LookAgainAfter(trigger);
        return pause is { } wait ? new NextTry(wait, await KnownAsync(account, cancellationToken), IsOrdinary: true) : null;
    }

    private async Task<long> KnownAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        try
        {
            SyncRun? last = await findLastRun(account.AppId, cancellationToken);
            return last is null ? 0 : last.Status == RunStatus.Running ? last.RunId - 1 : last.RunId;
        }
        catch (Exception exception) when (PassingFailure.Is(exception))
        {
            return nights.Known(account.AppId);
        }
    }

    private async Task<bool> IsNeedlessAsync(AccountOptions account, Firing firing, CancellationToken cancellationToken)
    {
        try
        {
            SyncRun? last = await findLastRun(account.AppId, cancellationToken);
            if (nights.IsNeedless(firing, account.AppId, last))
                return true;
            // What is over by now is not what a later retry of this firing waits for.
            if (firing.Kind != FiringKind.Retry && last is { Status: not RunStatus.Running })
                nights.Know(account.AppId, last.RunId);
            return false;
        }
#pragma warning disable CA1031 // The run meets the same, and tells it.
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return false;
        }
#pragma warning restore CA1031
    }

    [LoggerMessage(3113, LogLevel.Debug, "The sync of {Account} was left out: {Reason}")]
    private partial void LogActive(string account, string reason);

    [LoggerMessage(3114, LogLevel.Information, "{Account} was synced by somebody else meanwhile; nothing is tried again")]
    private partial void LogOver(string account);

    [LoggerMessage(3115, LogLevel.Error, "The sync of {Account} could not begin; it is recorded as soon as the database is back")]
    private partial void LogNotBegun(Exception exception, string account);
}
