using FollowerSync.Database;
using FollowerSync.Languages;

namespace FollowerSync.Analysts;

/// <summary>The statement that reads what is exported.</summary>
internal static class ExportQuery
{
    // What a value looks like must not depend on what somebody set for the server, the database or the login.
    private const string PinsSql =
        """
        set local timezone = '+08'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'iso_8601'; set local bytea_output = 'hex';
        set local extra_float_digits = 1; set local xmlbinary = 'base64'; set local standard_conforming_strings = on
        """;

    private const string ColumnsSql =
        """
        select a.attname, case when a.atttypid in ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype) then 'Text'
                               when a.atttypid in ('timestamptz'::regtype, 'timestamp'::regtype) then 'Time' else 'Other' end, format_type(a.atttypid, null)
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'wechat'::regnamespace and c.relkind = any(@kinds::"char"[]) and c.relname = @name
        order by a.attnum
        """;

    private const string NamesSql =
        "select relname from pg_class where relnamespace = 'wechat'::regnamespace and relkind = any(@kinds::\"char\"[]) order by relname";

    private static readonly string[] Tables = ["r", "p"];

    private static readonly string[] Views = ["v", "m"];

    /// <summary>Pins how values are written, for the rest of the transaction, and tells what to read.</summary>
    /// <exception cref="ExportException">There is no such relation, or it does not tell when a row changed.</exception>
    public static async Task<ExportSource> PrepareAsync(Transaction tx, ExportRequest request)
    {
        await tx.ExecuteAsync(PinsSql);
        if (request.After is { } after)
            return await OfChangesAsync(tx, request, after);

        string[] kinds = request.IsView ? Views : Tables;
        List<ExportColumn> columns = await ColumnsAsync(tx, request.Name, kinds);
        if (columns.Count == 0)
        {
            List<string> names = await tx.ReadAllAsync<string>(NamesSql, new { kinds });
            throw new ExportException($"The schema wechat has no {(request.IsView ? (Sentence)"view" : "table")} {request.Name}. It has: {string.Join(", ", names)}.");
        }

        string selection = "";
        if (request.Since is { } since)
        {
            // A planner that takes those who moved for one or two, since its statistics are older, may read them all for each row.
            await tx.ExecuteAsync(NestedLoops.Off);
            selection = ChangeTimes.Selection(request.Name, since);
        }

        return new ExportSource(columns, $"select {List(columns, request.Format)} from wechat.{ExportColumn.Quote(request.Name)}{selection}");
    }

    /// <summary>Changes in their order; with the rows as they are now, where asked for: of a row that is gone all columns are null.</summary>
    private static async Task<ExportSource> OfChangesAsync(Transaction tx, ExportRequest request, long after)
    {
        List<ExportColumn> columns = await ColumnsAsync(tx, "changes", Tables);
        List<ExportColumn> rest = request.WithRows ? await ColumnsAsync(tx, "followers", Tables) : [];
        rest.RemoveAll(column => columns.Exists(own => own.Name == column.Name));
        string own = string.Join(", ", columns.Select(column => "c." + column.Quoted).Concat(rest.Select(column => "f." + column.Quoted)));
        columns.AddRange(rest);
        string rows = rest.Count == 0 ? "" : "left join lateral (select * from wechat.followers f where f.app_id = c.app_id and f.openid = c.openid limit 1) f on true ";
        return new ExportSource(columns, FormattableString.Invariant(
            $"select {List(columns, request.Format)} from (select {own} from wechat.changes c {rows}where c.change_id > {after}) t order by change_id"));
    }

    private static async Task<List<ExportColumn>> ColumnsAsync(Transaction tx, string name, string[] kinds) =>
        [.. (await tx.ReadAllAsync<(string, ExportColumnKind, string)>(ColumnsSql, new { name, kinds })).Select(c => new ExportColumn(c.Item1, c.Item2, c.Item3))];

    private static string List(IEnumerable<ExportColumn> columns, ExportFormat format) => string.Join(", ", columns.Select(column => format switch
    {
        ExportFormat.Csv => column.ForCsv,
        ExportFormat.Parquet => column.ForParquet,
        _ => column.Quoted,
    }));
}

/// <summary>What is exported.</summary>
/// <param name="Columns">Its columns.</param>
/// <param name="Select">The statement that reads it.</param>
internal sealed record ExportSource(IReadOnlyList<ExportColumn> Columns, string Select);
