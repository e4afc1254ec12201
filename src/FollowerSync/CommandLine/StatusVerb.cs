using System.CommandLine;
using FollowerSync.Status;

namespace FollowerSync.CommandLine;

/// <summary><c>status</c>: last runs and freshness of every account, from the database alone.</summary>
internal sealed class StatusVerb(CommandContext context, BuildHost buildHost)
{
    private readonly Option<bool> _json = new("--json") { Description = context.Say("Write the status as JSON to stdout; logs go to stderr.") };

    private readonly Option<string?> _maxAge = new("--max-age") { Description = context.Say("Exit with 3 when some account's data is older than that: 26h, 2d or 26:00:00."), HelpName = "DURATION" };

    private readonly Option<bool> _watch = new("--watch") { Description = context.Say("Show it again every few seconds until Ctrl+C; where stdout is no terminal, a line an account whenever something has changed.") };

    public Verb Create()
    {
        Verb verb = new("status", context.Say("Shows the last runs and how fresh every account's followers are."))
        {
            Examples =
            [
                ("followersync status", "for people"),
                ("followersync status --watch", "stays, and keeps up with what happens"),
                ("followersync status --max-age 26h", "for cron and monitoring: exit code 3, and which account"),
                ("followersync status --json | jq '.accounts[].complete_age_seconds'", "for scripts"),
            ],
            Notes =
            [
                "Times are those of Schedule:TimeZone. Lines that begin with ! need a person. WeChat is not asked.",
                "--watch counts nobody: its followers are those of the newest complete run, and what is still to ask is what the round's runs have not been answered about. It goes on while the database is away, and says since when. Its exit code is that of the last look: 0, or 3 by --max-age; 1 when the database was away then.",
            ],
            Json = "{ attention: [ text ], next_run_at, workers: [ as the nodes in nodes --json ],\n"
                + "  accounts: [ { app_id, name, configured, followers, wechat_total, wechat_total_at, complete_as_of, complete_age_seconds, rejected, not_read,\n"
                + "  round: { started_at, running, paused_for_quota, listed, total, to_ask, expected_end }, held_run_id, paused_at, stops: [ { api, stopped_at, until, reason } ], token: { source, obtained_at, expires_at, seconds_left }, token_replacements_last_hour,\n"
                + "  token_conflict, token_mirrors: [ { mirror, written_at, failing_since, reason } ], next_try_at, last_runs: [ as in sync --json ] } ] }.",
        };
        verb.Add(_json);
        verb.Add(_maxAge);
        verb.Add(_watch);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        TimeSpan? maxAge = DurationOption.Read(parsed, _maxAge);
        if (parsed.GetValue(_watch) && parsed.GetValue(_json))
            throw new UsageException("--watch is for people: leave out --json, or call status --json again and again.");
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed, FollowerSyncSettings.Accounts);
        if (maxAge is not null && settings.Accounts.Count == 0)
            throw new UsageException("--max-age is about the accounts of the settings, and they name none.");
        ZonedTime time = new(ZonedTime.ScheduleOf(settings.Configuration));
        await using StatusLooks looks = new(buildHost, settings, new StatusAttention(time, maxAge));
        if (parsed.GetValue(_watch))
            return await new StatusWatch(context, looks, time).RunAsync(cancellationToken);

        (StatusReport report, int exitCode) = await looks.ReadAsync(counts: true, cancellationToken);
        if (parsed.GetValue(_json))
            await JsonOutput.WriteAsync(context, report);
        else
            new StatusText(context, time).Write(report);
        return exitCode;
    }
}
