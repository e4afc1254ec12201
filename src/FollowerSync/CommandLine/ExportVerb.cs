using System.CommandLine;
using System.Globalization;
using FollowerSync.Analysts;
using FollowerSync.Database;
using FollowerSync.Database.Opening;
using FollowerSync.Languages;

namespace FollowerSync.CommandLine;

/// <summary><c>export</c>: writes a table or view of <c>wechat</c>, or what changed in its followers, as CSV, NDJSON or Parquet.</summary>
internal sealed class ExportVerb(CommandContext context, BuildHost buildHost)
{
    private const string Csv = "csv";
    private const string Ndjson = "ndjson";
    private const string Parquet = "parquet";

    private readonly Option<string?> _table = new("--table") { Description = context.Say("Table of the schema wechat.") };
    private readonly Option<string?> _view = new("--view") { Description = context.Say("View of the schema wechat.") };
    private readonly Option<bool> _changes = new("--changes") { Description = context.Say("Changes of wechat.followers, in the order they could be seen: wechat.changes.") };
    private readonly Option<long?> _after = new("--after") { Description = context.Say("For --changes: only those with a higher change_id.") };
    private readonly Option<bool> _rows = new("--rows") { Description = context.Say("For --changes: each with the row of wechat.followers as it is now.") };
    private readonly Option<bool> _lastId = new("--last-id") { Description = context.Say("For --changes: write only the newest change_id.") };
    private readonly Option<string> _format = new Option<string>("--format") { Description = context.Say("csv, ndjson or parquet."), DefaultValueFactory = _ => Csv }.AcceptOnlyFromAmong(Csv, Ndjson, Parquet);
    private readonly Option<string?> _since = new("--since") { Description = context.Say("Only rows changed from then on: 2026-11-22 (Beijing) or 2026-11-22T08:00:00+08:00.") };
    private readonly Option<string?> _out = new("--out") { Description = context.Say("File to write; without it stdout.") };
    private readonly Option<bool> _bom = new("--bom") { Description = context.Say("Begin a CSV with the mark by which Excel knows UTF-8.") };

    public Verb Create()
    {
        Verb verb = new("export", context.Say("Writes a table or view of the schema wechat, or what changed, as CSV, NDJSON or Parquet."))
        {
            Examples =
            [
                ("followersync export --view audience --out audience.csv --bom", "for Excel, Chinese intact"),
                ("followersync export --table followers --format parquet --out followers.parquet", "for data lakes and DuckDB, with types"),
                ("followersync export --changes --after 81234 --rows --format ndjson", "what changed since a copy was last brought up to date"),
                ("followersync export --table followers --format ndjson --since 2026-11-01 | gzip > november.ndjson.gz", "what changed since November"),
            ],
            Notes =
            [
                "Times are ISO 8601 in Beijing time (2026-11-22T08:00:00+08:00), whatever the database is set to. In CSV, an apostrophe stands before what a spreadsheet would take for a formula, at the beginning of a text and behind each ;, tab and line end in it. In Parquet times are UTC, lists are lists, and what has no type there (intervals, JSON) is text.",
                "A file appears under its name when it is whole: a new one for its owner alone (mode 0600); one that was there keeps owner, group, rights and links. Devices and pipes are written through; a reader that stops early makes the export fail. In a folder open to all, such as /tmp, a file or link of somebody else is refused.",
                "To keep a copy: note export --changes --last-id, export the table followers, then call --changes --after that id again and again; stderr says the id for the next call. Exit code 2: the id is too old, take a new full export.",
                $"--since goes for {string.Join(", ", ChangeTimes.Relations)}. A sync stores rows while it runs: let --since begin some hours before the last export, and take rows met twice once. Further back than Privacy:ChangeRetention nothing is known of who came back after being anonymised or whose columns were emptied: then export all of it.",
            ],
        };
        foreach (Option option in (Option[])[_table, _view, _changes, _after, _rows, _lastId, _format, _since, _out, _bom])
            verb.Add(option);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        ExportRequest request = Request(parsed);
        if (request.Format == ExportFormat.Parquet && parsed.GetValue(_out) is null && context.Console.Profile.Out.IsTerminal)
            throw new UsageException("Parquet is not for reading on a terminal. Name a file with --out.");
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed, FollowerSyncSettings.Accounts);
        IHost host = await buildHost(settings, HostParts.Database, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        await host.Services.GetRequiredService<DatabaseAccess>().RequireCurrentSchemaAsync(cancellationToken);

        RelationExport export = new(host.Services.GetRequiredService<FollowerDatabase>());
        if (parsed.GetValue(_lastId))
        {
            await context.Output.WriteLineAsync((await export.ReadLastChangeAsync(cancellationToken)).ToString(CultureInfo.InvariantCulture));
            return ExitCodes.Succeeded;
        }

        Exported exported = await WriteAsync(export, request, parsed.GetValue(_out), cancellationToken);
        context.Complain($"{exported.Rows:N0} rows of wechat.{request.Name}");
        if (exported.LastChange is { } last)
            context.Complain($"Next time: --after {last}");
        return ExitCodes.Succeeded;
    }

    private ExportRequest Request(ParseResult parsed)
    {
        (string? table, string? view) = (parsed.GetValue(_table), parsed.GetValue(_view));
        bool changes = parsed.GetValue(_changes);
        if ((table is null ? 0 : 1) + (view is null ? 0 : 1) + (changes ? 1 : 0) != 1)
            throw new UsageException("Name either a table with --table or a view with --view, or ask for --changes.");

        ExportFormat format = parsed.GetValue(_format) switch { Ndjson => ExportFormat.Ndjson, Parquet => ExportFormat.Parquet, _ => ExportFormat.Csv };
        if (parsed.GetValue(_bom) && format != ExportFormat.Csv)
            throw new UsageException("--bom is for CSV only.");
        CheckChanges(parsed, changes);
        return new ExportRequest(table ?? view ?? "changes", view is not null, format, Since(parsed.GetValue(_since)), parsed.GetValue(_bom))
        {
            After = changes ? parsed.GetValue(_after) ?? 0 : null,
            WithRows = parsed.GetValue(_rows),
        };
    }

    private void CheckChanges(ParseResult parsed, bool changes)
    {
        bool asksForLast = parsed.GetValue(_lastId);
        if (!changes && (parsed.GetValue(_after) is not null || parsed.GetValue(_rows) || asksForLast))
            throw new UsageException("--after, --rows and --last-id go with --changes.");
        if (changes && parsed.GetValue(_since) is not null)
            throw new UsageException("--changes takes --after with a change_id, not --since.");
        if (changes && (parsed.GetValue(_after) is null) != asksForLast)
            throw new UsageException("--changes takes either --after with the last change_id you have, or --last-id to learn the newest. --after 0 writes all that are kept.");
        if (parsed.GetValue(_after) < 0)
            throw new UsageException("--after takes a change_id, 0 or more.");
    }

    private static DateTimeOffset? Since(string? text)
    {
        TimeSpan beijing = TimeSpan.FromHours(8);
        if (text is null)
            return null;
        DateTimeOffset? since = DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime day) ? ZonedTime.At(day, beijing)
            : DateTimeOffset.TryParseExact(text, "yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset moment) ? moment : null;
        return since ?? throw new UsageException($"--since takes a day (2026-11-22) or a moment (2026-11-22T08:00:00+08:00), not {text}.");
    }

    private async Task<Exported> WriteAsync(RelationExport export, ExportRequest request, string? file, CancellationToken cancellationToken)
    {
        if (file is null)
            return await OutputFile.WriteStandardOutputAsync(output => export.WriteAsync(request, output, progress: null, cancellationToken));

        OutputTarget target = await OutputTarget.FindAsync(file, cancellationToken);
        // Rows that go to the terminal and a bar would write into each other.
        bool showsBar = context.Console.Profile.Out.IsTerminal && target.Kind is OutputKind.File or OutputKind.Nothing;
        return await OutputFile.WriteAsync(
            target,
            output => showsBar
                ? new AdvanceBar(context).ShowBarAsync(
                    Sentence.Foreign($"wechat.{request.Name}"), shown => export.WriteAsync(request, output, new AdvanceOf<ExportProgress>(shown, progress => Say(request, progress)), cancellationToken))
                : export.WriteAsync(request, output, progress: null, cancellationToken),
            cancellationToken);
    }

    /// <summary>The expected number is an estimate: once overtaken, nobody knows the end.</summary>
    private static Advance Say(ExportRequest request, ExportProgress progress) => new(
        $"wechat.{request.Name}  {progress.Rows:N0} of about {progress.Expected:N0} rows",
        progress.Rows,
        progress.Rows > progress.Expected ? null : progress.Expected);
}
