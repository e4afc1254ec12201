using System.CommandLine;
using FollowerSync.Database.Opening;
using FollowerSync.Status;

namespace FollowerSync.CommandLine;

/// <summary><c>status</c>: last runs and freshness of every account, from the database alone.</summary>
internal sealed class StatusVerb(CommandContext context, BuildHost buildHost)
{
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
                + "  token_conflict, next_try_at, last_runs: [ as in sync --json ] } ] }. WeChat is not asked.",
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

        StatusReport report = await host.Services.GetRequiredService<StatusReader>().ReadAsync(settings.Accounts, cancellationToken);
        if (parsed.GetValue(_json))
            await JsonOutput.WriteAsync(context, report);
        else
            StatusText.Write(context, report);
        return ExitCodes.Succeeded;
    }
}
