using System.CommandLine;
using FollowerSync.Accounts;
using FollowerSync.Database.Opening;
using FollowerSync.Languages;
using FollowerSync.Runs;
using FollowerSync.Status;

namespace FollowerSync.CommandLine;

/// <summary><c>runs</c>: what happened last night, from the database alone.</summary>
internal sealed class RunsVerb(CommandContext context, BuildHost buildHost)
{
    private const string Day = "24h";

    private readonly Option<string?> _account = new("--account") { Description = context.Say("Only this account."), HelpName = "NAME|APPID" };
    private readonly Option<string?> _since = new("--since") { Description = context.Say($"Runs that began or went on since then: 12h or 2d ago, today, yesterday, 2026-01-31, \"2026-01-31 22:00\". Default: {Day}."), HelpName = "DURATION|TIME" };
    private readonly Option<bool> _json = new("--json") { Description = context.Say("Write the runs as JSON to stdout; logs go to stderr.") };

    public Verb Create()
    {
        Verb verb = new("runs", context.Say("Shows what the last runs did: when, how long, how many people, and why one did not succeed."))
        {
            Examples =
            [
                ("followersync runs", "what happened last night"),
                ("followersync runs --account brand --since 7d", "one account's week"),
                ("followersync runs --json | jq '.runs[] | select(.run.status != \"succeeded\")'", "for scripts"),
            ],
            Notes =
            [
                "Newest first; \"followersync run RUN_ID\" shows one of them whole. Times are those of Schedule:TimeZone. Runs of arrivals (trigger event) are counted at the end, those that did not succeed are shown.",
            ],
            Json = "{ since, more, arrivals: [ { status, runs, added, rejected } ], runs: [ { account, took_seconds, answer: { api, errcode, rid, meaning, remedy },\n"
                + "  run: as in sync --json } ] }. more says that there are older runs than the 1,000 told, or more than 1,000 of arrivals that did not succeed.",
        };
        verb.Add(_account);
        verb.Add(_since);
        verb.Add(_json);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed, FollowerSyncSettings.Accounts);
        ZonedTime time = new(ZonedTime.ScheduleOf(settings.Configuration));
        DateTimeOffset since = Since(parsed.GetValue(_since) ?? Day, time);
        IHost host = await buildHost(settings, HostParts.Database, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        await host.Services.GetRequiredService<DatabaseAccess>().RequireCurrentSchemaAsync(cancellationToken);

        RunReader reader = host.Services.GetRequiredService<RunReader>();
        RunFilter filter = new() { Since = since, AppId = await FindAccountAsync(reader, settings.Accounts, parsed.GetValue(_account), cancellationToken) };
        IReadOnlyList<RunView> runs = await reader.ReadAsync(filter, cancellationToken);
        IReadOnlyList<ArrivalRuns> arrivals = await reader.CountArrivalsAsync(filter, cancellationToken);
        IReadOnlyList<RunView> failed = await reader.ReadAsync(filter with { FailedArrivals = true }, cancellationToken);
        IReadOnlyList<RunView> shown = [.. runs.Concat(failed.Where(view => view.Run.Status != RunStatus.Running)).OrderByDescending(view => view.Run.StartedAt).ThenByDescending(view => view.Run.RunId)];
        bool more = Math.Max(runs.Count, failed.Count) >= filter.Count;
        if (parsed.GetValue(_json))
            await JsonOutput.WriteAsync(context, new RunsReport(since, [.. shown.Select(RunReport.Of)], arrivals, more));
        else
            Write(shown, arrivals, more, since, time, await reader.ReadAsync(filter with { Since = null, Count = 1 }, cancellationToken) is [{ } newest] ? newest : null);
        return ExitCodes.Succeeded;
    }

    private void Write(IReadOnlyList<RunView> runs, IReadOnlyList<ArrivalRuns> arrivals, bool more, DateTimeOffset since, ZonedTime time, RunView? newest)
    {
        RunLines lines = new(context, time);
        if (runs.Count == 0)
            context.Tell(newest is null ? (Sentence)"There was no run yet." : $"No run since {time.Of(since)}. The last one before:");
        if (runs.Count == 0 && newest is not null)
            lines.Write(newest);
        foreach (RunView view in runs)
            lines.Write(view);
        foreach (ArrivalRuns group in arrivals)
            lines.Write(group);
        if (more)
            context.Tell("Older ones are not shown: name a later --since or one --account.");
    }

    private DateTimeOffset Since(string text, ZonedTime time)
    {
        DateTimeOffset now = context.Time.GetUtcNow();
        string today = time.Of(now)[..10], yesterday = time.Of(now.AddDays(-1))[..10];
        DateTimeOffset? since = text.Trim() switch
        {
            "today" => time.Read(today),
            "yesterday" => time.Read(yesterday),
            { } typed => DurationOption.Of(typed) is { } ago ? now - ago : time.Read(typed),
        };
        return since switch
        {
            null => throw new UsageException("--since takes how long ago (12h, 2d, 26:00:00), a day (2026-01-31, today, yesterday) or a moment (\"2026-01-31 22:00\")."),
            { } moment when moment > now => throw new UsageException($"--since is in the future: it is {time.Of(now)}."),
            { } moment => moment,
        };
    }

    // Also one that the settings no longer name.
    private static async Task<string?> FindAccountAsync(RunReader reader, IReadOnlyList<AccountOptions> configured, string? wanted, CancellationToken cancellationToken)
    {
        if (wanted is null)
            return null;
        if ((configured.FirstOrDefault(account => Is(account.AppId, wanted)) ?? configured.FirstOrDefault(account => Is(account.DisplayName, wanted))) is { } account)
            return account.AppId;
        IReadOnlyList<(string AppId, string Name)> known = await reader.ReadAccountsAsync(cancellationToken);
        return known.Where(one => Is(one.AppId, wanted) || Is(one.Name, wanted)).Select(one => one.AppId).FirstOrDefault()
            ?? throw new UsageException($"There is no account \"{wanted}\". {(known.Count == 0 ? (Sentence)"None was ever synced." : $"Those with runs: {string.Join(", ", known.Select(one => one.Name == one.AppId ? one.AppId : $"{one.Name} ({one.AppId})"))}.")}");
    }

    private static bool Is(string name, string wanted) => string.Equals(name, wanted, StringComparison.OrdinalIgnoreCase);
}
