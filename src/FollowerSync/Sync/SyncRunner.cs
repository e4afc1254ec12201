using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Leases;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using FollowerSync.Sync.Asking;
using FollowerSync.Sync.Listings;
using FollowerSync.Sync.Merging;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FollowerSync.Sync;

/// <summary>One sync of one account, from the lease to the closed run record.</summary>
internal sealed partial class SyncRunner(
    FollowerDatabase database,
    RunLeases leases,
    SyncRunStore runs,
    WeChatTransport transport,
    AccessTokens tokens,
    CallResilience resilience,
    ApiStopStore stops,
    ApiUsageStore usage,
    Pseudonyms pseudonyms,
    IOptions<SyncOptions> options,
    TimeProvider time,
    ILogger<SyncRunner> logger)
{
    /// <summary>A run that is stopped or fails still gets its final status within this time.</summary>
    private static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(5);

    /// <summary>Runs to the end and returns the closed run; its status tells how it went. A cancelled or failed run is returned too, not thrown.</summary>
    /// <exception cref="RunActiveException">Another run of the account is active.</exception>
    public async Task<SyncRun> RunAsync(AccountOptions account, SyncTrigger trigger, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        await using RunLease lease = await leases.AcquireAsync(account.AppId, cancellationToken);
        SyncRun run = await database.RunInTransactionAsync(
            (connection, transaction, token) => SyncRunStore.StartAsync(connection, transaction, account.AppId, account.DisplayName, trigger, token), cancellationToken);
        LogStarted(run.RunId, account.DisplayName, trigger);

        var counts = new CallCounts();
        var tally = new RunTally(run, counts, progress);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
        SyncRun ended = await WorkAsync(account, lease, tally, counts, stop.Token, cancellationToken);
        SyncRun closed = await CloseAsync(ended);
        Log(closed, account.DisplayName);
        return closed;
    }

    /// <summary>Closes what dead processes left running, so that nothing looks active that is not. Leaves an account alone that a live run holds.</summary>
    public async Task AbandonDeadRunsAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        try
        {
            await using RunLease lease = await leases.AcquireAsync(account.AppId, cancellationToken);
            await database.RunInTransactionAsync(
                (connection, transaction, token) => SyncRunStore.AbandonAsync(connection, transaction, account.AppId, token), cancellationToken);
        }
        catch (RunActiveException)
        {
            // Its own end closes it.
        }
    }

    private async Task<SyncRun> WorkAsync(
        AccountOptions account, RunLease lease, RunTally tally, CallCounts counts, CancellationToken stop, CancellationToken cancellationToken)
    {
        try
        {
            RoundOutcome outcome = await WorkRoundAsync(account, lease, tally, counts, stop);
            if (outcome.Failure is { } failure)
                await RememberStopAsync(account, failure);
            else
                await stops.ForgetAsync(account.AppId, stop);
            return tally.Closed(outcome.Status, outcome.Reason);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return tally.Closed(RunStatus.Cancelled, "Stopped before the end. What was stored is right; the next run goes on from there.");
        }
        catch (Exception exception) when (exception is LeaseLostException || (exception is OperationCanceledException && lease.Lost.IsCancellationRequested))
        {
            return tally.Closed(RunStatus.Abandoned, new LeaseLostException(account.AppId, RunLease.Duration).Message);
        }
        catch (WeChatApiException exception)
        {
            await RememberStopAsync(account, exception);
            RunStatus status = exception.Reaction == Reaction.QuotaSpent || tally.HasMerged ? RunStatus.Partial : RunStatus.Failed;
            return tally.Closed(status, exception.Message, exception.Due.IsSetting);
        }
        catch (Exception exception) when (exception is NpgsqlException or DatabaseException)
        {
            LogDatabaseFailed(exception, tally.Run.RunId, account.DisplayName);
            return tally.Closed(tally.HasMerged ? RunStatus.Partial : RunStatus.Failed, exception.Message);
        }
#pragma warning disable CA1031 // Every run gets a final status, whatever happens in it.
        catch (Exception exception)
        {
            LogBroken(exception, tally.Run.RunId, account.DisplayName);
            return tally.Closed(RunStatus.Failed, $"{exception.GetType().Name}: {exception.Message} This is a fault of the program; please report it with the log.");
        }
#pragma warning restore CA1031
    }

    private async Task<RoundOutcome> WorkRoundAsync(
        AccountOptions account, RunLease lease, RunTally tally, CallCounts counts, CancellationToken cancellationToken)
    {
        SyncOptions settings = options.Value;

        // The schedule leaves a stopped API alone; a person may have mended the cause, and one try finds out.
        IReadOnlyList<ApiStop> stopped = tally.Run.Trigger == SyncTrigger.Manual ? [] : await stops.ReadAsync(account.AppId, cancellationToken);
        using var budget = new CallBudget(settings.QuotaReservePercent, (api, token) => usage.ReadTodayAsync(account.AppId, api, token));
        var pace = new CallPace(settings.BatchesInFlight, time);
        var client = new WeChatClient(account, transport, tokens, resilience, counts, pace, stopped, budget);
        var listings = new ListingStore(database, lease);
        Listing listing = await listings.OpenAsync(settings.ListingMaxAge, cancellationToken);
        var identities = new IdentityGuard(client, database, account.AppId);
        var rotations = new RotationStore(database, account);
        RotationSlice? slice = settings.ProfileRefresh == ProfileRefresh.Rotate ? await rotations.ReadAsync(settings.RotateDays, cancellationToken) : null;
        var writer = new RoundWriter(database, lease, listing, slice?.After ?? listing.AskedThrough, tally, identities, new ReturnRecognition(database, lease, pseudonyms), counts, settings.MergeSize, settings.KeepKnownValues);
        try
        {
            await using var pipeline = new AskPipeline(new ProfileAsker(client, settings.KeepKnownValues), writer, tally, pace, settings, time, cancellationToken);
            var round = new SyncRound(
                listings,
                new ListReader(listings, new OpenIdPaginator(client.ListOpenIdsAsync), tally, logger),
                new RoundPlan(database, account),
                rotations,
                slice,
                pipeline,
                new UnfollowMarker(database, lease, identities, tally, settings.UnfollowBrakePercent),
                tally);
            try
            {
                RoundOutcome outcome = await round.RunAsync(listing, cancellationToken);
                if (outcome.Failure is { Reaction: Reaction.QuotaSpent })
                    await listings.PauseAsync(listing, cancellationToken);
                return outcome;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The pipeline stopped because something in it failed; this brings the failure up.
                await pipeline.CompleteAsync();
                throw;
            }
        }
        catch (WeChatApiException exception) when (exception.Reaction == Reaction.QuotaSpent)
        {
            await listings.PauseAsync(listing, cancellationToken);
            throw;
        }
        finally
        {
            await KeepLedgerAsync(writer);
        }
    }

    private async Task RememberStopAsync(AccountOptions account, WeChatApiException failure)
    {
        using var deadline = new CancellationTokenSource(CloseDeadline, time);
        try
        {
            await stops.RememberAsync(account.AppId, failure, deadline.Token);
        }
        catch (Exception exception) when (exception is NpgsqlException or DatabaseException or OperationCanceledException)
        {
            LogStopNotKept(exception, account.DisplayName);
        }
    }

    private async Task KeepLedgerAsync(RoundWriter writer)
    {
        using var deadline = new CancellationTokenSource(CloseDeadline, time);
        try
        {
            await writer.FlushLedgerAsync(deadline.Token);
        }
        catch (Exception exception) when (exception is NpgsqlException or DatabaseException or OperationCanceledException)
        {
            LogLedgerNotKept(exception);
        }
    }

    private async Task<SyncRun> CloseAsync(SyncRun run)
    {
        using var deadline = new CancellationTokenSource(CloseDeadline, time);
        try
        {
            return await runs.CloseAsync(run, deadline.Token);
        }
        catch (Exception exception) when (exception is NpgsqlException or DatabaseException or OperationCanceledException)
        {
            LogNotClosed(exception, run.RunId);
            return run with
            {
                Status = RunStatus.Failed,
                FinishedAt = time.GetUtcNow(),
                Error = $"The run ended as {run.Status.ToString().ToLowerInvariant()}, but the database is away and its record could not be closed; the next run calls it abandoned and goes on from there. {run.Error}".TrimEnd(),
            };
        }
    }

    private void Log(SyncRun run, string account)
    {
        if (run.Status == RunStatus.Succeeded)
            LogSucceeded(run.RunId, account, run.Listed, run.Added, run.Changed, run.Unchanged, run.Unsubscribed, run.Rejected, run.ApiCalls);
        else if (run.Status is RunStatus.Cancelled)
            LogCancelled(run.RunId, account);
        else
            LogEndedOtherwise(run.RunId, account, run.Status, run.Error);
    }

    [LoggerMessage(LogLevel.Information, "Run {RunId} of account {Account} started, by {Trigger}")]
    private partial void LogStarted(long runId, string account, SyncTrigger trigger);

    [LoggerMessage(LogLevel.Information, "Run {RunId} of account {Account} succeeded: {Listed} listed, {Added} added, {Changed} changed, {Unchanged} unchanged, {Unsubscribed} unsubscribed, {Rejected} rejected, {ApiCalls} calls")]
    private partial void LogSucceeded(
        long runId, string account, long listed, long added, long changed, long unchanged, long unsubscribed, long rejected, long apiCalls);

    [LoggerMessage(LogLevel.Information, "Run {RunId} of account {Account} was stopped; what it merged is kept and the next run goes on from there")]
    private partial void LogCancelled(long runId, string account);

    [LoggerMessage(LogLevel.Error, "Run {RunId} of account {Account} ended as {Status}: {Reason}")]
    private partial void LogEndedOtherwise(long runId, string account, RunStatus status, string? reason);

    [LoggerMessage(LogLevel.Error, "Run {RunId} of account {Account} lost its database")]
    private partial void LogDatabaseFailed(Exception exception, long runId, string account);

    [LoggerMessage(LogLevel.Error, "Run {RunId} of account {Account} met a fault of the program")]
    private partial void LogBroken(Exception exception, long runId, string account);

    [LoggerMessage(LogLevel.Warning, "The last calls could not be added to followersync.api_usage")]
    private partial void LogLedgerNotKept(Exception exception);

    [LoggerMessage(LogLevel.Warning, "It could not be kept that account {Account} is to be left alone for a while")]
    private partial void LogStopNotKept(Exception exception, string account);

    [LoggerMessage(LogLevel.Error, "Run {RunId} could not be given its final status; the next run of the account will call it abandoned")]
    private partial void LogNotClosed(Exception exception, long runId);
}
