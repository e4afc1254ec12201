using System.CommandLine;
using FollowerSync.Accounts;
using FollowerSync.Runs;
using FollowerSync.Sync;

namespace FollowerSync.CommandLine;

/// <summary><c>sync</c>: one sync now, of one account or of all, as many side by side as the schedule of a worker has.</summary>
internal sealed class SyncVerb(CommandContext context, BuildHost buildHost)
{
    private readonly Option<string?> _account = new("--account") { Description = context.Say("Only this account."), HelpName = "NAME|APPID" };
    private readonly Option<bool> _json = new("--json") { Description = context.Say("Write the result as JSON to stdout; logs go to stderr.") };

    public Verb Create()
    {
        Verb verb = new("sync", context.Say("Syncs now, all accounts or one, and shows what came of it."))
        {
            Examples =
            [
                ("followersync sync", "all accounts"),
                ("followersync sync --account brand", "one account, by name or AppId"),
                ("followersync sync --json | jq '.accounts[].run.added'", "for scripts"),
            ],
            Notes = ["Of all accounts as many are synced at a time as Schedule:MaxConcurrentRuns says; the others wait for their turn."],
            Json = "{ exit_code, accounts: [ { app_id, name, exit_code, error, run: { run_id, app_id, trigger, status, started_at, finished_at,\n"
                + "  wechat_total, listed, added, changed, unchanged, unsubscribed, rejected, api_calls, retries, token_refreshes, waited,\n  listing_took, confirming_took, refreshing_took, closing_took, listing_id, complete_as_of, error, approved_at, rejected_at, retry_at, note, node } } ] }; run is null when none began.",
        };
        verb.Add(_account);
        verb.Add(_json);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        bool json = parsed.GetValue(_json);
        await using VerbSettings settings = VerbSettings.Open(context, parsed, resultsOnOutput: true);
        IReadOnlyList<AccountOptions> accounts = AccountSelection.Of(settings.Accounts, parsed.GetValue(_account));

        IHost host = await buildHost(settings, HostParts.Sync, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        await host.StartAsync(cancellationToken);
        try
        {
            using SemaphoreSlim turns = new(ZonedTime.ScheduleOf(settings.Configuration).MaxConcurrentRuns);
            SyncAccount runSync = InTurn(host.Services.GetRequiredService<SyncAccount>(), turns);
            Task<AccountOutcome[]> SyncAllAsync(IProgress<SyncProgress>? progress) =>
                Task.WhenAll(accounts.Select(account => SyncOneAsync(runSync, account, progress, cancellationToken)));

            SyncReport report = SyncReport.Of(await WithProgressAsync(settings, accounts, json, SyncAllAsync));
            await ShowAsync(report, json);
            return report.ExitCode;
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }
    }

    private Task<AccountOutcome[]> WithProgressAsync(
        VerbSettings settings, IReadOnlyList<AccountOptions> accounts, bool json, Func<IProgress<SyncProgress>?, Task<AccountOutcome[]>> syncAll)
    {
        if (json)
            return syncAll(null);
        return context.Console.Profile.Out.IsTerminal
            ? new ProgressBars(context, settings.LogOutput).ShowAsync(accounts, syncAll)
            : WithLinesAsync(accounts, syncAll);
    }

    private async Task<AccountOutcome[]> WithLinesAsync(IReadOnlyList<AccountOptions> accounts, Func<IProgress<SyncProgress>?, Task<AccountOutcome[]>> syncAll)
    {
        await using QueuedProgress<SyncProgress> lines = new(new ProgressLines(context.Output, context.Time, accounts, context.Language), context.Time);
        return await syncAll(lines);
    }

    // More at once have neither connections nor memory.
    private static SyncAccount InTurn(SyncAccount runSync, SemaphoreSlim turns) => async (account, trigger, progress, cancellationToken) =>
    {
        await turns.WaitAsync(cancellationToken);
        try
        {
            return await runSync(account, trigger, progress, cancellationToken);
        }
        finally
        {
            turns.Release();
        }
    };

    private async Task<AccountOutcome> SyncOneAsync(SyncAccount runSync, AccountOptions account, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            SyncRun run = await runSync(account, SyncTrigger.Manual, progress, cancellationToken);
            return new AccountOutcome(account.AppId, account.DisplayName, ExitCodes.Of(run), run, run.Error);
        }
        // One account's failure must not hide how the others went.
        catch (Exception exception)
        {
            return new AccountOutcome(account.AppId, account.DisplayName, ErrorMessage.ExitCodeOf(exception), null, ErrorMessage.Of(exception, context));
        }
    }

    private async Task ShowAsync(SyncReport report, bool json)
    {
        if (json)
            await JsonOutput.WriteAsync(context, report);
        else
            SyncTable.Write(context, report);
    }
}
