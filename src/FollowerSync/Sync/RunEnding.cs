using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Facts;
using FollowerSync.Followers;
using FollowerSync.Languages;
using FollowerSync.Leases;
using FollowerSync.Runs;
using FollowerSync.Sync.Listings;
using FollowerSync.Sync.Merging;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;
using Npgsql;

namespace FollowerSync.Sync;

/// <summary>What a run's end comes to: one table from how it ended to its status, what is remembered of it, and the closed record.</summary>
internal sealed partial class RunEnding(
    SyncRunStore runs, ApiStopStore stops, ApiUsageStore usage, RetryAfter retryAfter, TimeProvider time, ILogger<RunEnding> logger)
{
    /// <summary>A run that is stopped or fails still gets its final status within this time.</summary>
    private static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LedgerDeadline = TimeSpan.FromSeconds(3);

    /// <summary>Does the work of a run, and closes its record, however the work ends.</summary>
    /// <param name="account">The account.</param>
    /// <param name="lease">The run's lease; when it is lost the work is stopped.</param>
    /// <param name="tally">The run's counts.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">The one whose cancellation is a stop by a person.</param>
    /// <returns>The closed run; its status tells how it went.</returns>
    public async Task<SyncRun> RunAsync(
        AccountOptions account, RunLease lease, RunTally tally, Func<CancellationToken, Task<RoundOutcome>> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        SyncRun closed;
        try
        {
            RoundOutcome outcome = await work(stop.Token);
            closed = await runs.CloseAsync(lease, await OfOutcomeAsync(account, tally, outcome), stop.Token, tx => FinishAsync(tx, tally.Run, outcome));
        }
#pragma warning disable CA1031 // Every run gets a final status, whatever happens in it.
        catch (Exception exception)
        {
            closed = await CloseAsync(lease, Retried(await JudgeAsync(account, lease, tally, exception, cancellationToken), exception));
        }
#pragma warning restore CA1031

        // After the record: a paused process may hold the ledger's rows until the server ends its transaction. What was taken over has all its calls there, written down
        // before they were made.
        if (closed.Status != RunStatus.Abandoned)
            await KeepLedgerAsync(closed.AppId, tally.Calls);
        return closed;
    }

    /// <summary>What is true from the moment on in which the run is closed: its round is done, and the days are counted; or it is held. A run that is broken off before it is gone on with.</summary>
    private static async Task FinishAsync(Transaction tx, SyncRun run, RoundOutcome outcome)
    {
        if (outcome.Listing is not { } listing)
            return;

        if (outcome.Status == RunStatus.Succeeded)
        {
            await DailyFacts.CountAsync(tx, run.AppId, run.RunId, listing.StartedAt);
            await CandidateStore.ForgetSettledAsync(tx, run.AppId);
        }

        if (outcome.Status != RunStatus.Held)
        {
            await ListingStore.FinishAsync(tx, listing);
            return;
        }

        await UnfollowMarker.HoldAsync(tx, run.AppId, listing);
        await ListingStore.KeepHeldAsync(tx, listing, (await HeldShares.CountAsync(tx, run.AppId)).ToJson());
    }

    private async Task<SyncRun> OfOutcomeAsync(AccountOptions account, RunTally tally, RoundOutcome outcome)
    {
        // A run of arrivals calls one API and says nothing of the others.
        if (outcome.Failure is not null || tally.Run.Trigger != SyncTrigger.Event)
            await KeepStopsAsync(account, outcome.Failure);
        SyncRun closed = tally.Closed(outcome.Status, outcome.Reason) with { Note = outcome.Note };
        return outcome.Status == RunStatus.Partial ? Retried(closed, outcome.Failure) : closed;
    }

    private async Task<SyncRun> JudgeAsync(AccountOptions account, RunLease lease, RunTally tally, Exception exception, CancellationToken cancellationToken)
    {
        RunStatus some = tally.HasMerged ? RunStatus.Partial : RunStatus.Failed;
        switch (exception)
        {
            case OperationCanceledException when cancellationToken.IsCancellationRequested:
                return tally.Closed(RunStatus.Cancelled, "Stopped before the end. What was stored is right; the next run goes on from there.");

            case LeaseLostException:
                return tally.Closed(RunStatus.Abandoned, SentenceException.TextOf(exception));

            case OperationCanceledException when lease.Lost.IsCancellationRequested:
                return tally.Closed(RunStatus.Abandoned, LeaseLostException.TakenOver(account.AppId, lease.Duration).Text);

            case WeChatApiException failure:
                await KeepStopsAsync(account, failure);
                return tally.Closed(failure.Reaction == Reaction.QuotaSpent ? RunStatus.Partial : some, failure.Text, failure.Due.IsSetting);

            case NpgsqlException or DatabaseException:
                LogDatabaseFailed(exception, tally.Run.RunId, account.DisplayName);
                return tally.Closed(some, SentenceException.TextOf(exception));

            default:
                LogBroken(exception, tally.Run.RunId, account.DisplayName);
                return tally.Closed(RunStatus.Failed, $"{exception.GetType().Name}: {exception.Message} This is a fault of the program; please report it with the log.");
        }
    }

    /// <summary>Closes the record of a run that was broken off. Has its own deadline, so that a stopped run is closed too.</summary>
    /// <param name="lease">The run's lease.</param>
    /// <param name="run">The run with its final status.</param>
    /// <returns>The run as it stands in the table, or as it would if the database were there.</returns>
    private async Task<SyncRun> CloseAsync(RunLease lease, SyncRun run)
    {
        using var deadline = new CancellationTokenSource(CloseDeadline, time);
        try
        {
            return await runs.CloseAsync(lease, run, deadline.Token);
        }
        catch (LeaseLostException)
        {
            // The run that took the lease has called this one abandoned.
            return run with { Status = RunStatus.Abandoned, FinishedAt = time.GetUtcNow(), RetryIn = run.RetryIn ?? retryAfter(run.AppId, run.Trigger) };
        }
#pragma warning disable CA1031 // Whatever kept the record from being closed, the run has ended as it has.
        catch (Exception exception)
        {
            LogNotClosed(exception, run.RunId);
            return run with
            {
                Status = RunStatus.Failed,
                FinishedAt = time.GetUtcNow(),
                ToRecord = run,
                Error = $"The run ended as {run.Status.ToString().ToLowerInvariant()}, but the database is away and its record could not be closed; the next run calls it abandoned and goes on from there.{(run.Error is { } error ? $" {error}" : Sentence.Empty)}",
            };
        }
#pragma warning restore CA1031
    }

    // Whoever took the lease need not sync: it may only have closed the record. If it does, there is nothing left to try again.
    private SyncRun Retried(SyncRun run, Exception? failure) =>
        run.Status == RunStatus.Abandoned || PassingFailure.Is(failure) ? run with { RetryIn = retryAfter(run.AppId, run.Trigger) } : run;

    /// <summary>Remembers what the failure asks to be left alone; forgets all of it when there is none, for the account was called and answered.</summary>
    private async Task KeepStopsAsync(AccountOptions account, WeChatApiException? failure)
    {
        using var deadline = new CancellationTokenSource(CloseDeadline, time);
        try
        {
            await (failure is null ? stops.ForgetAsync(account.AppId, deadline.Token) : stops.RememberAsync(account, failure, deadline.Token));
        }
        catch (Exception exception) when (exception is NpgsqlException or DatabaseException or OperationCanceledException)
        {
            LogStopNotKept(exception, account.DisplayName);
        }
    }

    /// <summary>Writes down calls that the ledger lacks, and takes out those that were written down and not made.</summary>
    private async Task KeepLedgerAsync(string appId, CallCounts calls)
    {
        using var deadline = new CancellationTokenSource(LedgerDeadline, time);
        try
        {
            IReadOnlyDictionary<string, long> callsByApi = calls.Unsettled;
            await usage.SettleAsync(appId, callsByApi, calls.ReservedOn, deadline.Token);
            calls.Wrote(callsByApi);
        }
        catch (Exception exception) when (exception is NpgsqlException or DatabaseException or OperationCanceledException)
        {
            LogLedgerNotKept(exception);
        }
    }

    [LoggerMessage(3604, LogLevel.Debug, "The last calls could not be added to followersync.api_usage")]
    private partial void LogLedgerNotKept(Exception exception);

    [LoggerMessage(3605, LogLevel.Debug, "Run {RunId} of account {Account} lost its database")]
    private partial void LogDatabaseFailed(Exception exception, long runId, string account);

    [LoggerMessage(3606, LogLevel.Error, "Run {RunId} of account {Account} met a fault of the program")]
    private partial void LogBroken(Exception exception, long runId, string account);

    [LoggerMessage(3607, LogLevel.Warning, "It could not be kept that account {Account} is to be left alone for a while, or no longer")]
    private partial void LogStopNotKept(Exception exception, string account);

    [LoggerMessage(3608, LogLevel.Debug, "Run {RunId} could not be given its final status; the next run of the account will call it abandoned")]
    private partial void LogNotClosed(Exception exception, long runId);
}
