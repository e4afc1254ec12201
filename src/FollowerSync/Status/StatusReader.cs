using FollowerSync.Accounts;
using FollowerSync.Runs;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Quota;
using FollowerSync.WeChat.Tokens;

namespace FollowerSync.Status;

/// <summary>Reads how all accounts stand, from the database alone: for the verb and for whoever else shows it.</summary>
internal sealed class StatusReader(
    AccountStateStore states, WorkerStore workers, SyncRunStore runs, ApiStopStore stops, AccessTokenStore storedTokens, AccessTokens tokens, TimeProvider time)
{
    private const int RunsShown = 5;

    /// <summary>The accounts of the settings, then those that only the database knows.</summary>
    public async Task<StatusReport> ReadAsync(IReadOnlyList<AccountOptions> configured, CancellationToken cancellationToken)
    {
        IReadOnlyList<AccountState> known = await states.ReadAsync(cancellationToken);
        List<AccountStatus> accounts = [];
        foreach (AccountOptions account in configured.Where(account => account.AppId.Length > 0))
        {
            AccountState state = known.FirstOrDefault(state => state.AppId == account.AppId) ?? new AccountState(account.AppId, account.DisplayName, 0, 0, null);
            accounts.Add(await WithTokenAsync(await DescribeAsync(state with { Name = account.DisplayName }, cancellationToken), account, cancellationToken));
        }

        foreach (AccountState state in known.Where(state => !configured.Any(account => account.AppId == state.AppId)))
            accounts.Add(await DescribeAsync(state, cancellationToken));
        return new StatusReport(accounts) { Workers = await workers.ReadAsync(cancellationToken) };
    }

    private async Task<AccountStatus> DescribeAsync(AccountState state, CancellationToken cancellationToken)
    {
        IReadOnlyList<SyncRun> lastRuns = await runs.LastRunsAsync(state.AppId, RunsShown, cancellationToken);
        DateTimeOffset now = time.GetUtcNow();
        return new AccountStatus
        {
            AppId = state.AppId,
            Name = state.Name,
            Configured = false,
            Followers = state.Followers,
            CompleteAsOf = state.CompleteAsOf,
            CompleteAgeSeconds = state.CompleteAsOf is { } complete ? (long)(now - complete).TotalSeconds : null,
            Rejected = state.Rejected,
            NotRead = state.NotRead,
            Round = state.Round is { } round
                ? new RoundStatus(round.StartedAt, round.PausedAt is not null, round.Listed, round.Total, round.ToAsk, round.ExpectedEnd(now)) : null,
            HeldRunId = lastRuns is [{ Status: RunStatus.Held } newest, ..] ? newest.RunId : null,
            Stops = await stops.ReadAsync(state.AppId, cancellationToken),
            LastRuns = lastRuns,
        };
    }

    private async Task<AccountStatus> WithTokenAsync(AccountStatus status, AccountOptions account, CancellationToken cancellationToken)
    {
        AccessToken? token = await storedTokens.ReadAsync(account, cancellationToken);
        (long replacements, string? cause) = await tokens.FindConflictAsync(account, cancellationToken);
        return status with
        {
            Configured = true,
            Token = token is null ? null : new TokenStatus(account.TokenSource, token.ExpiresAt, Math.Max(0, (long)(token.ExpiresAt - time.GetUtcNow()).TotalSeconds)),
            TokenReplacementsLastHour = replacements,
            TokenConflict = cause,
        };
    }
}
