using System.CommandLine;
using FollowerSync.Accounts;
using FollowerSync.Database.Opening;
using FollowerSync.Runs;
using FollowerSync.Status;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Quota;
using FollowerSync.WeChat.Tokens;

namespace FollowerSync.CommandLine;

/// <summary><c>status</c>: last runs and freshness of every account, from the database alone.</summary>
internal sealed class StatusVerb(CommandContext context, BuildHost buildHost)
{
    private const int RunsShown = 5;

    private readonly Option<bool> _json = new("--json") { Description = "Write the status as JSON to stdout; logs go to stderr." };

    public Verb Create()
    {
        Verb verb = new("status", "Shows the last runs and how fresh every account's followers are.")
        {
            Examples =
            [
                ("followersync status", "for people"),
                ("followersync status --json | jq '.accounts[].complete_age_seconds'", "for monitoring"),
            ],
            Notes = "JSON: { accounts: [ { app_id, name, configured, followers, complete_as_of, complete_age_seconds, rejected, not_read,\n"
                + "  round: { started_at, paused_for_quota, listed, total, to_ask, expected_end }, held_run_id, stops: [ { api, stopped_at, until, reason } ], token: { source, expires_at, seconds_left }, token_replacements_last_hour,\n"
                + "  token_conflict, last_runs: [ as in sync --json ] } ] }. WeChat is not asked.",
        };
        verb.Add(_json);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed, FollowerSyncSettings.Accounts);
        IHost host = await buildHost(settings, HostParts.Database, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        await host.Services.GetRequiredService<DatabaseAccess>().RequireCurrentSchemaAsync(cancellationToken);

        StatusReport report = await ReadAsync(host.Services, settings.Accounts, cancellationToken);
        if (parsed.GetValue(_json))
            await JsonOutput.WriteAsync(context, report);
        else
            StatusText.Write(context, report);
        return ExitCodes.Succeeded;
    }

    private async Task<StatusReport> ReadAsync(IServiceProvider services, IReadOnlyList<AccountOptions> configured, CancellationToken cancellationToken)
    {
        IReadOnlyList<AccountState> states = await services.GetRequiredService<AccountStateStore>().ReadAsync(cancellationToken);
        List<AccountStatus> accounts = [];
        foreach (AccountOptions account in configured.Where(account => account.AppId.Length > 0))
        {
            AccountState state = states.FirstOrDefault(known => known.AppId == account.AppId) ?? new AccountState(account.AppId, account.DisplayName, 0, 0, null);
            AccountStatus status = await DescribeAsync(services, state with { Name = account.DisplayName }, cancellationToken);
            accounts.Add(await WithTokenAsync(services, status, account, cancellationToken));
        }

        foreach (AccountState state in states.Where(state => !configured.Any(account => account.AppId == state.AppId)))
            accounts.Add(await DescribeAsync(services, state, cancellationToken));
        return new StatusReport(accounts);
    }

    private async Task<AccountStatus> DescribeAsync(IServiceProvider services, AccountState state, CancellationToken cancellationToken)
    {
        IReadOnlyList<SyncRun> runs = await services.GetRequiredService<SyncRunStore>().LastRunsAsync(state.AppId, RunsShown, cancellationToken);
        return new AccountStatus
        {
            AppId = state.AppId,
            Name = state.Name,
            Configured = false,
            Followers = state.Followers,
            CompleteAsOf = state.CompleteAsOf,
            CompleteAgeSeconds = state.CompleteAsOf is { } complete ? (long)(context.Time.GetUtcNow() - complete).TotalSeconds : null,
            Rejected = state.Rejected,
            NotRead = state.NotRead,
            Round = state.Round is { } round
                ? new RoundStatus(round.StartedAt, round.PausedAt is not null, round.Listed, round.Total, round.ToAsk, round.ExpectedEnd(context.Time.GetUtcNow())) : null,
            HeldRunId = runs is [{ Status: RunStatus.Held } newest, ..] ? newest.RunId : null,
            Stops = await services.GetRequiredService<ApiStopStore>().ReadAsync(state.AppId, cancellationToken),
            LastRuns = runs,
        };
    }

    private async Task<AccountStatus> WithTokenAsync(IServiceProvider services, AccountStatus status, AccountOptions account, CancellationToken cancellationToken)
    {
        AccessToken? token = await services.GetRequiredService<AccessTokenStore>().ReadAsync(account, cancellationToken);
        (long replacements, string? cause) = await services.GetRequiredService<AccessTokens>().FindConflictAsync(account, cancellationToken);
        return status with
        {
            Configured = true,
            Token = token is null ? null : new TokenStatus(account.TokenSource, token.ExpiresAt, Math.Max(0, (long)(token.ExpiresAt - context.Time.GetUtcNow()).TotalSeconds)),
            TokenReplacementsLastHour = replacements,
            TokenConflict = cause,
        };
    }
}
