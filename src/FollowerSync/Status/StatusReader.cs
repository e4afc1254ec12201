using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Nodes;
using FollowerSync.Runs;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.Status;

/// <summary>Reads how all accounts stand, from the database alone: for the verb and for whoever else shows it.</summary>
internal sealed class StatusReader(
    AccountStateStore states, NodeStore nodes, SyncRunStore runs, ApiStopStore stops, TokenStatusReader tokens, FollowerDatabase database)
{
    private const int RunsShown = 5;

    /// <summary>The accounts of the settings, then those that only the database knows.</summary>
    public async Task<StatusReport> ReadAsync(IReadOnlyList<AccountOptions> configured, CancellationToken cancellationToken) =>
        await DescribeAsync(await states.ReadAsync(cancellationToken), configured, cancellationToken);

    /// <summary>Likewise at once, whatever the number of followers: none is counted.</summary>
    public async Task<StatusReport> SummariseAsync(IReadOnlyList<AccountOptions> configured, CancellationToken cancellationToken) =>
        await DescribeAsync(await states.SummariseAsync(cancellationToken), configured, cancellationToken);

    private async Task<StatusReport> DescribeAsync(IReadOnlyList<AccountState> known, IReadOnlyList<AccountOptions> configured, CancellationToken cancellationToken)
    {
        DateTimeOffset now = await database.RunAsync(DatabaseClock.ReadAsync, cancellationToken);
        List<AccountStatus> accounts = [];
        foreach (AccountOptions account in configured.Where(account => account.AppId.Length > 0))
        {
            AccountState state = known.FirstOrDefault(state => state.AppId == account.AppId) ?? new AccountState(account.AppId, account.DisplayName, 0, 0, null);
            AccountStatus status = await DescribeAsync(state with { Name = account.DisplayName }, await stops.ReadAsync(account, cancellationToken), now, cancellationToken);
            accounts.Add(await tokens.AddAsync(status, account, now, cancellationToken));
        }

        foreach (AccountState state in known.Where(state => !configured.Any(account => account.AppId == state.AppId)))
            accounts.Add(await DescribeAsync(state, await stops.ReadAsync(state.AppId, cancellationToken), now, cancellationToken));
        Dictionary<string, DateTimeOffset> paused = await database.RunAsync(PauseStore.ReadAllAsync, cancellationToken);
        return new StatusReport([.. accounts.Select(account => paused.TryGetValue(account.AppId, out DateTimeOffset since) ? account with { PausedAt = since } : account)]) { Workers = await nodes.ReadAsync(cancellationToken) };
    }

    private async Task<AccountStatus> DescribeAsync(AccountState state, IReadOnlyList<ApiStop> stopped, DateTimeOffset now, CancellationToken cancellationToken)
    {
        SyncRun[] lastRuns = [.. (await runs.LastRunsAsync(state.AppId, RunsShown, cancellationToken)).Select(run => LivingRun.AsItIs(run, state.IsLeased))];
        return new AccountStatus
        {
            AppId = state.AppId,
            Name = state.Name,
            Configured = false,
            Followers = state.Followers,
            IsSummary = state.IsSummary,
            CompleteAsOf = state.CompleteAsOf,
            CompleteAge = state.CompleteAsOf is { } complete ? TimeSpan.FromTicks(Math.Max(0, (now - complete).Ticks)) : null,
            Rejected = state.Rejected,
            NotRead = state.NotRead,
            Round = state.Round is { } round
                ? new RoundStatus(round.StartedAt, round.IsRunning, round.PausedAt is not null && !round.IsRunning, round.Listed, round.Total, round.ToAsk, round.ExpectedEnd(now)) : null,
            HeldRunId = state.HeldRunId,
            Stops = stopped,
            Arrivals = await ArrivalsOfAsync(state, cancellationToken),
            NextTryAt = NextTryOf(lastRuns),
            Failing = await FailingOfAsync(state.AppId, [.. lastRuns.Where(run => Failing.Counts(run.Status))], now, cancellationToken),
            LastRuns = lastRuns,
        };
    }

    private async Task<ArrivalStatus?> ArrivalsOfAsync(AccountState state, CancellationToken cancellationToken)
    {
        SyncRun? last = await runs.LastEventRunAsync(state.AppId, cancellationToken);
        return last is null && state.ArrivalsWaiting == 0 ? null : new ArrivalStatus(state.ArrivalsWaiting, state.ArrivalsWaitingSince, last);
    }

    private async Task<SyncRun?> FailingOfAsync(string appId, SyncRun[] newestFirst, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (newestFirst.Any(IsOfAddress))
        {
            List<string> replaceable = await stops.FindReplaceableAsync(appId, cancellationToken);
            newestFirst = [.. newestFirst.Where(run => !IsOfAddress(run) || run.Node is not { } node || !replaceable.Contains(node))];
        }

        return Failing.NeedsPerson([.. newestFirst.Select(run => (run.Status, run.RetryAt))], now) ? newestFirst[0] : null;
    }

    // WeChat let one machine not call: what another one does in its stead, tells.
    private static bool IsOfAddress(SyncRun run) => run.Status == RunStatus.Failed && ToldError.Of(run.Error?.ToString())?.Errcode == WeChatErrorCode.AddressNotAllowed;

    // A person's run that ended well has done it; one that did not leaves it to the worker.
    private static DateTimeOffset? NextTryOf(IReadOnlyList<SyncRun> newestFirst) => newestFirst
        .TakeWhile(run => run.Status is RunStatus.Failed or RunStatus.Partial or RunStatus.Cancelled or RunStatus.Abandoned)
        .FirstOrDefault(run => run.Trigger != SyncTrigger.Manual)?.RetryAt;
}
