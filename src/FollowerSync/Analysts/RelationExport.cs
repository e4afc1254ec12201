using System.Text;
using System.Text.Json;
using FollowerSync.Database;
using FollowerSync.Languages;

namespace FollowerSync.Analysts;

/// <summary>Streams a table or view of <c>wechat</c> out of the database, with memory that does not grow with its rows.</summary>
internal sealed class RelationExport(FollowerDatabase database)
{
    /// <summary>Bytes no JSON text holds, so that COPY writes the text as it is.</summary>
    private const string RawJson = "(format csv, quote e'\\x01', delimiter e'\\x02')";

    /// <summary>Writes the rows; as text UTF-8, one a line.</summary>
    /// <param name="request">What to write.</param>
    /// <param name="output">Where to.</param>
    /// <param name="progress">Hears how far it has come, now and then and at the end.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="ExportException">There is no such relation, it does not tell when a row changed, or the changes asked for are not all there.</exception>
    public async Task<Exported> WriteAsync(ExportRequest request, Stream output, IProgress<ExportProgress>? progress, CancellationToken cancellationToken)
    {
        return await database.RunOnceAsync(tx => WriteAsync(tx, request, output, progress), cancellationToken);
    }

    /// <summary>The number of the newest change.</summary>
    public Task<long> ReadLastChangeAsync(CancellationToken cancellationToken) =>
        database.RunAsync(tx => tx.ReadAsync<long>("select last_id from wechat.change_bounds"), cancellationToken);

    private static async Task<Exported> WriteAsync(Transaction tx, ExportRequest request, Stream output, IProgress<ExportProgress>? progress)
    {
        // Bounds and rows of one moment: what is deleted as old meanwhile is still read. A million people who moved fit into so much memory; more go to disk, with the rows they are joined with.
        await tx.ExecuteAsync("set transaction isolation level repeatable read, read only; set local statement_timeout = 0; set local work_mem = '64MB'");
        long? lastChange = request.After is { } after ? await LastChangeAsync(tx, after) : null;
        ExportSource source = await ExportQuery.PrepareAsync(tx, request);
        long expected = progress is null ? 0 : await EstimateAsync(tx, source.Select);
        long rows = request.Format == ExportFormat.Parquet
            ? await ParquetExport.WriteAsync(tx, source, output, rows => progress?.Report(new ExportProgress(rows, expected)))
            : await WriteTextAsync(tx, request, source.Select, output, expected, progress);
        return new Exported(rows, lastChange);
    }

    private static async Task<long> LastChangeAsync(Transaction tx, long after)
    {
        (long completeAfter, long lastId) = await tx.ReadAsync<(long, long)>("select complete_after, last_id from wechat.change_bounds");
        if (after < completeAfter)
            throw new ExportException(
                $"Changes after {after} are not all there any more: those up to {completeAfter} were deleted as old (Privacy:ChangeRetention). Take a new full export of wechat.followers, and the changes after {lastId} from then on.");
        if (after > lastId)
            throw new ExportException(
                $"There is no change {after} yet, the newest is {lastId}. The id is of another database, or this one was restored from an older backup. Take a new full export of wechat.followers, and the changes after {lastId} from then on.");
        return lastId;
    }

    private static async Task<long> WriteTextAsync(Transaction tx, ExportRequest request, string select, Stream output, long expected, IProgress<ExportProgress>? progress)
    {
        if (request is { Format: ExportFormat.Csv, WithByteOrderMark: true })
            await output.WriteAsync(Encoding.UTF8.Preamble.ToArray(), tx.CancellationToken);

        await using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 64 * 1024, leaveOpen: true);
        using TextReader rows = await tx.ExportAsync(
            request.Format == ExportFormat.Csv ? $"copy ({select}) to stdout (format csv, header)" : $"copy (select row_to_json(t) from ({select}) t) to stdout {RawJson}");
        long lines = await CopyAsync(rows, writer, hasQuotes: request.Format == ExportFormat.Csv, expected, progress, tx.CancellationToken);
        return request.Format == ExportFormat.Csv ? lines - 1 : lines;
    }

    private static async Task<long> CopyAsync(TextReader rows, StreamWriter writer, bool hasQuotes, long expected, IProgress<ExportProgress>? progress, CancellationToken cancellationToken)
    {
        const int Often = 1 << 16;
        char[] buffer = new char[32 * 1024];
        long lines = 0;
        bool isQuoted = false;
        int read;
        while ((read = await rows.ReadAsync(buffer, cancellationToken)) > 0)
        {
            long before = lines;
            foreach (char letter in buffer.AsSpan(0, read))
            {
                // In CSV a line end inside quotes belongs to a value; JSON has none.
                isQuoted ^= hasQuotes && letter == '"';
                if (letter == '\n' && !isQuoted)
                    lines++;
            }

            await writer.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            if (before / Often != lines / Often)
                progress?.Report(new ExportProgress(lines, expected));
        }

        progress?.Report(new ExportProgress(lines, expected));
        return lines;
    }

    private static async Task<long> EstimateAsync(Transaction tx, string query)
    {
        using JsonDocument document = JsonDocument.Parse(await tx.ReadAsync<string>($"explain (format json) {query}"));
        return (long)document.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetDouble();
    }
}

/// <summary>What to export.</summary>
/// <param name="Name">Table or view of <c>wechat</c>.</param>
/// <param name="IsView">Whether it is a view.</param>
/// <param name="Format">How a row is written.</param>
/// <param name="Since">Only rows changed from then on; null = all.</param>
/// <param name="WithByteOrderMark">Whether a CSV begins with the mark by which Excel knows UTF-8.</param>
internal sealed record ExportRequest(string Name, bool IsView, ExportFormat Format, DateTimeOffset? Since, bool WithByteOrderMark)
{
    /// <summary>Only changes with a higher number; null = not the changes are exported, but a relation.</summary>
    public long? After { get; init; }

    /// <summary>Whether each change carries the row of <c>wechat.followers</c> as it is now.</summary>
    public bool WithRows { get; init; }
}

/// <summary>What was exported.</summary>
/// <param name="Rows">Rows written.</param>
/// <param name="LastChange">For changes: the number to go on after; all up to it were written.</param>
internal sealed record Exported(long Rows, long? LastChange);

/// <summary>How far an export has come.</summary>
/// <param name="Rows">Rows written.</param>
/// <param name="Expected">Rows PostgreSQL expects, by its statistics.</param>
internal sealed record ExportProgress(long Rows, long Expected);

/// <summary>How exported rows are written.</summary>
internal enum ExportFormat
{
    /// <summary>RFC 4180 with a header; an apostrophe stands before what a spreadsheet would take for a formula.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    Ndjson,

    /// <summary>Apache Parquet, with types: times in UTC, lists, numbers.</summary>
    Parquet,
}

/// <summary>Nothing can be exported so; the message says why and what can.</summary>
internal sealed class ExportException(Sentence text) : SentenceException(text);
