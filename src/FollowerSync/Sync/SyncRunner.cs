using FollowerSync.Accounts;
using FollowerSync.Languages;
using FollowerSync.Leases;
using FollowerSync.Runs;
using FollowerSync.WeChat.Calls;

namespace FollowerSync.Sync;

/// <summary>One sync of one account, from the lease to the closed run record.</summary>
internal sealed partial class SyncRunner(RunLeases leases, SyncRunStore runs, RoundSetup rounds, RunEnding endings, TimeProvider time, ILogger<SyncRunner> logger)
{
    /// <summary>Runs to the end and returns the closed run; its status tells how it went. A cancelled or failed run is returned too, not thrown.</summary>
    /// <exception cref="RunActiveException">Another run of the account is active.</exception>
    public async Task<SyncRun> RunAsync(AccountOptions account, SyncTrigger trigger, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        await using RunLease lease = await leases.AcquireAsync(account.AppId, cancellationToken);
        SyncRun run = await SyncRunStore.StartAsync(lease, account.DisplayName, trigger, cancellationToken);
        LogStarted(run.RunId, account.DisplayName, trigger);

        using RunTrace trace = RunTrace.Begin(run, account.DisplayName);
        using PhaseTimes times = new(time);
        var tally = new RunTally(run, new CallCounts(), progress, times);
        SyncRun closed = await endings.RunAsync(account, lease, tally, stop => WorkAsync(account, lease, tally, stop), cancellationToken);
        trace.End(closed);
        Log(closed, account.DisplayName);
        if (closed.Note is { } note)
            LogNote(run.RunId, account.DisplayName, note);
        if (tally.Unreadable is { } columns)
            LogUnreadable(run.RunId, account.DisplayName, columns);
        return closed;
    }

    /// <summary>Closes what dead processes left running, so that nothing looks active that is not. Leaves an account alone that a live run holds, whose own end closes it;
    /// one that begins meanwhile waits for a moment.</summary>
    public async Task AbandonDeadRunsAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        await using RunLease? lease = await leases.TryInheritBrieflyAsync(account.AppId, cancellationToken);
        if (lease is not null)
            await SyncRunStore.AbandonAsync(lease, cancellationToken);
    }

    /// <summary>Records a run that the database missed.</summary>
    /// <exception cref="RunActiveException">A run of the account is active; try again later.</exception>
    public async Task RecordAsync(UnrecordedRun missed, CancellationToken cancellationToken)
    {
        await runs.ProbeAsync(cancellationToken);
        await using RunLease lease = await leases.TryAcquireBrieflyAsync(missed.Account.AppId, cancellationToken) ?? throw new RunActiveException(missed.Account.AppId, "it began meanwhile");
        await runs.RecordAsync(lease, missed, cancellationToken);
    }

    private async Task<RoundOutcome> WorkAsync(AccountOptions account, RunLease lease, RunTally tally, CancellationToken cancellationToken)
    {
        await using Round round = await rounds.OpenAsync(account, lease, tally, cancellationToken);
        return await round.RunAsync(cancellationToken);
    }

    private void Log(SyncRun run, string account)
    {
        if (run.Status == RunStatus.Succeeded)
            LogSucceeded(run.RunId, account, run.Listed, run.Added, run.Changed, run.Unchanged, run.Unsubscribed, run.Rejected, run.ApiCalls, run.CompleteAsOf);
        else if (run.Status is RunStatus.Cancelled)
            LogCancelled(run.RunId, account);
        else
            LogEndedOtherwise(run.RunId, account, run.Status, run.Error);
    }

    [LoggerMessage(3609, LogLevel.Information, "Run {RunId} of account {Account} started, by {Trigger}")]
    private partial void LogStarted(long runId, string account, SyncTrigger trigger);

    [LoggerMessage(3610, LogLevel.Information, "Run {RunId} of account {Account} succeeded: {Listed} listed, {Added} added, {Changed} changed, {Unchanged} unchanged, {Unsubscribed} unsubscribed, {Rejected} rejected, {ApiCalls} calls; complete as of {CompleteAsOf}")]
    private partial void LogSucceeded(
        long runId, string account, long listed, long added, long changed, long unchanged, long unsubscribed, long rejected, long apiCalls, DateTimeOffset? completeAsOf);

    [LoggerMessage(3611, LogLevel.Information, "Run {RunId} of account {Account} was stopped; what it merged is kept and the next run goes on from there")]
    private partial void LogCancelled(long runId, string account);

    [LoggerMessage(3612, LogLevel.Warning, "Run {RunId} of account {Account}: {Note}")]
    private partial void LogNote(long runId, string account, Sentence note);

    [LoggerMessage(3613, LogLevel.Warning, "Run {RunId} of account {Account} got values that cannot be read; they count as missing, and what is known stays: {Columns}")]
    private partial void LogUnreadable(long runId, string account, string columns);

    [LoggerMessage(3614, LogLevel.Error, "Run {RunId} of account {Account} ended as {Status}: {Reason}")]
    private partial void LogEndedOtherwise(long runId, string account, RunStatus status, Sentence? reason);
}
