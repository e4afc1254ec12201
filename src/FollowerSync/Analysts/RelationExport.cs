using System.Text;
using System.Text.Json;
using Dapper;
using FollowerSync.Database;
using Npgsql;

namespace FollowerSync.Analysts;

/// <summary>Streams a table or view of <c>wechat</c> out of the database, with memory that does not grow with its rows.</summary>
internal sealed class RelationExport(FollowerDatabase database)
{
    /// <summary>Bytes no JSON text holds, so that COPY writes the text as it is.</summary>
    private const string RawJson = "(format csv, quote e'\\x01', delimiter e'\\x02')";

    private const string ColumnsSql =
        """
        select a.attname, a.atttypid in ('text'::regtype, 'varchar'::regtype), a.atttypid in ('timestamptz'::regtype, 'date'::regtype)
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'wechat'::regnamespace and c.relkind = any(@kinds::"char"[]) and c.relname = @name
        order by a.attnum
        """;

    private const string NamesSql =
        "select relname from pg_class where relnamespace = 'wechat'::regnamespace and relkind = any(@kinds::\"char\"[]) order by relname";

    /// <summary>When a row last changed or what day it is about: the first of these that a relation has is what <c>since</c> means.</summary>
    private static readonly string[] TimeColumns = ["changed_at", "valid_from", "followed_at", "started_at", "ended_at", "last_seen_at", "day", "week", "month", "cohort"];

    /// <summary>Writes the rows, UTF-8, one a line.</summary>
    /// <param name="request">What to write.</param>
    /// <param name="output">Where to.</param>
    /// <param name="progress">Hears how far it has come, now and then and at the end.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>Rows written.</returns>
    /// <exception cref="ExportException">There is no such relation, or it has no time to choose by.</exception>
    public async Task<long> WriteAsync(ExportRequest request, Stream output, IProgress<ExportProgress>? progress, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginPinnedAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("set transaction read only; set local statement_timeout = 0", transaction: transaction, cancellationToken: cancellationToken));
        string query = await QueryAsync(connection, transaction, request, cancellationToken);
        long expected = progress is null ? 0 : await EstimateAsync(connection, transaction, query, cancellationToken);
        if (request is { Format: ExportFormat.Csv, WithByteOrderMark: true })
            await output.WriteAsync(Encoding.UTF8.Preamble.ToArray(), cancellationToken);

        await using var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 64 * 1024, leaveOpen: true);
        using TextReader rows = await connection.BeginTextExportAsync(
            request.Format == ExportFormat.Csv ? $"copy ({query}) to stdout (format csv, header)" : $"copy (select row_to_json(t) from ({query}) t) to stdout {RawJson}", cancellationToken);
        long lines = await CopyAsync(rows, writer, hasQuotes: request.Format == ExportFormat.Csv, expected, progress, cancellationToken);
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

    private static async Task<long> EstimateAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string query, CancellationToken cancellationToken)
    {
        string? plan = await connection.ExecuteScalarAsync<string>(new CommandDefinition($"explain (format json) {query}", transaction: transaction, cancellationToken: cancellationToken));
        using JsonDocument document = JsonDocument.Parse(plan!);
        return (long)document.RootElement[0].GetProperty("Plan").GetProperty("Plan Rows").GetDouble();
    }

    private static async Task<string> QueryAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, ExportRequest request, CancellationToken cancellationToken)
    {
        string[] kinds = request.IsView ? ["v", "m"] : ["r", "p"];
        (string Name, bool IsText, bool IsTime)[] columns = [.. await connection.QueryAsync<(string, bool, bool)>(
            new CommandDefinition(ColumnsSql, new { name = request.Name, kinds }, transaction, cancellationToken: cancellationToken))];
        if (columns.Length == 0)
        {
            IEnumerable<string> names = await connection.QueryAsync<string>(new CommandDefinition(NamesSql, new { kinds }, transaction, cancellationToken: cancellationToken));
            throw new ExportException($"The schema wechat has no {(request.IsView ? "view" : "table")} {request.Name}. It has: {string.Join(", ", names)}.");
        }

        string list = string.Join(", ", columns.Select(c => c.IsText && request.Format == ExportFormat.Csv ? Harmless(c.Name) : Quoted(c.Name)));
        return $"select {list} from wechat.{Quoted(request.Name)}{Since(request, columns)}";
    }

    private static string Since(ExportRequest request, (string Name, bool IsText, bool IsTime)[] columns)
    {
        if (request.Since is not { } since)
            return "";

        string column = TimeColumns.FirstOrDefault(name => columns.Any(c => c.Name == name && c.IsTime))
            ?? throw new ExportException($"wechat.{request.Name} has no time to choose rows by: leave out --since.");
        return FormattableString.Invariant($" where {Quoted(column)} >= '{since:O}'");
    }

    /// <summary>A spreadsheet takes text that begins so for a formula; an apostrophe in front makes it text again.</summary>
    private static string Harmless(string column) =>
        $"case when {Quoted(column)} ~ e'^[=+@\\\\-\\t\\r]' then '''' || {Quoted(column)} else {Quoted(column)} end as {Quoted(column)}";

    private static string Quoted(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}

/// <summary>What to export.</summary>
/// <param name="Name">Table or view of <c>wechat</c>.</param>
/// <param name="IsView">Whether it is a view.</param>
/// <param name="Format">How a row is written.</param>
/// <param name="Since">Only rows changed, or days, from then on; null = all.</param>
/// <param name="WithByteOrderMark">Whether a CSV begins with the mark by which Excel knows UTF-8.</param>
internal sealed record ExportRequest(string Name, bool IsView, ExportFormat Format, DateTimeOffset? Since, bool WithByteOrderMark);

/// <summary>How far an export has come.</summary>
/// <param name="Rows">Rows written.</param>
/// <param name="Expected">Rows PostgreSQL expects, by its statistics.</param>
internal sealed record ExportProgress(long Rows, long Expected);

/// <summary>How exported rows are written.</summary>
internal enum ExportFormat
{
    /// <summary>RFC 4180 with a header; text that a spreadsheet would take for a formula begins with an apostrophe.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    Ndjson,
}

/// <summary>Nothing can be exported so; the message says why and what can.</summary>
internal sealed class ExportException(string message) : Exception(message);
