using System.CommandLine;
using System.Globalization;
using FollowerSync.Analysts;
using FollowerSync.Database;
using FollowerSync.Database.Opening;

namespace FollowerSync.CommandLine;

/// <summary><c>export</c>: writes a table or view of <c>wechat</c> as CSV or NDJSON.</summary>
internal sealed class ExportVerb(CommandContext context, BuildHost buildHost)
{
    private const string Csv = "csv";
    private const string Ndjson = "ndjson";

    private readonly Option<string?> _table = new("--table") { Description = "Table of the schema wechat." };
    private readonly Option<string?> _view = new("--view") { Description = "View of the schema wechat." };
    private readonly Option<string> _format = new Option<string>("--format") { Description = "csv or ndjson.", DefaultValueFactory = _ => Csv }.AcceptOnlyFromAmong(Csv, Ndjson);
    private readonly Option<string?> _since = new("--since") { Description = "Only rows changed from then on: 2026-11-22 (Beijing) or 2026-11-22T08:00:00+08:00." };
    private readonly Option<string?> _out = new("--out") { Description = "File to write; without it stdout." };
    private readonly Option<bool> _bom = new("--bom") { Description = "Begin a CSV with the mark by which Excel knows UTF-8." };

    public Verb Create()
    {
        Verb verb = new("export", "Writes a table or view of the schema wechat as CSV or NDJSON.")
        {
            Examples =
            [
                ("followersync export --view audience --out audience.csv --bom", "for Excel, Chinese intact"),
                ("followersync export --table followers --format ndjson --since 2026-11-01 | gzip > november.ndjson.gz", "what changed since November"),
            ],
            Notes = "Times are ISO 8601 in Beijing time (2026-11-22T08:00:00+08:00), whatever the database is set to. In CSV, text that a\n"
                + "spreadsheet would take for a formula begins with an apostrophe.\n\n"
                + "A file appears under its name when it is whole: a new one for its owner alone (mode 0600); one that was there keeps owner,\n"
                + "group, rights and links. Devices and pipes are written through; a reader that stops early makes the export fail.\n\n"
                + $"--since goes for {string.Join(", ", ChangeTimes.Relations)}.\n"
                + "A sync stores rows while it runs: let --since begin some hours before the last export, and take rows met twice once.",
        };
        foreach (Option option in (Option[])[_table, _view, _format, _since, _out, _bom])
            verb.Add(option);
        verb.SetAction(RunAsync);
        return verb;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        ExportRequest request = Request(parsed);
        await using VerbSettings settings = VerbSettings.OpenQuietly(context, parsed, FollowerSyncSettings.Accounts);
        IHost host = await buildHost(settings, HostParts.Database, cancellationToken);
        await using IAsyncDisposable disposed = (IAsyncDisposable)host;
        await host.Services.GetRequiredService<DatabaseAccess>().RequireCurrentSchemaAsync(cancellationToken);

        RelationExport export = new(host.Services.GetRequiredService<FollowerDatabase>());
        long rows = await WriteAsync(export, request, parsed.GetValue(_out), cancellationToken);
        context.Complain(string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows of wechat.{request.Name}"));
        return ExitCodes.Succeeded;
    }

    private ExportRequest Request(ParseResult parsed)
    {
        (string? table, string? view) = (parsed.GetValue(_table), parsed.GetValue(_view));
        if ((table is null) == (view is null))
            throw new UsageException("Name either a table with --table or a view with --view.");

        ExportFormat format = parsed.GetValue(_format) == Ndjson ? ExportFormat.Ndjson : ExportFormat.Csv;
        if (parsed.GetValue(_bom) && format != ExportFormat.Csv)
            throw new UsageException("--bom is for CSV only.");
        return new ExportRequest(table ?? view!, view is not null, format, Since(parsed.GetValue(_since)), parsed.GetValue(_bom));
    }

    private static DateTimeOffset? Since(string? text)
    {
        TimeSpan beijing = TimeSpan.FromHours(8);
        if (text is null)
            return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
            return new DateTimeOffset(day, TimeOnly.MinValue, beijing);
        return DateTimeOffset.TryParseExact(text, "yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset moment)
            ? moment : throw new UsageException($"--since takes a day (2026-11-22) or a moment (2026-11-22T08:00:00+08:00), not {text}.");
    }

    private async Task<long> WriteAsync(RelationExport export, ExportRequest request, string? file, CancellationToken cancellationToken)
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
                    $"wechat.{request.Name}", shown => export.WriteAsync(request, output, new AdvanceOf<ExportProgress>(shown, progress => Say(request, progress)), cancellationToken))
                : export.WriteAsync(request, output, progress: null, cancellationToken),
            cancellationToken);
    }

    /// <summary>The expected number is an estimate: once overtaken, nobody knows the end.</summary>
    private static Advance Say(ExportRequest request, ExportProgress progress) => new(
        FormattableString.Invariant($"wechat.{request.Name}  {progress.Rows:N0} of about {progress.Expected:N0} rows"),
        progress.Rows,
        progress.Rows > progress.Expected ? null : progress.Expected);
}
