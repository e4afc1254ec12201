using FollowerSync.Database;

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
                               when a.atttypid in ('timestamptz'::regtype, 'timestamp'::regtype) then 'Time' else 'Other' end
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'wechat'::regnamespace and c.relkind = any(@kinds::"char"[]) and c.relname = @name
        order by a.attnum
        """;

    private const string NamesSql =
        "select relname from pg_class where relnamespace = 'wechat'::regnamespace and relkind = any(@kinds::\"char\"[]) order by relname";

    /// <summary>Pins how values are written, for the rest of the transaction, and returns the <c>select</c>.</summary>
    /// <exception cref="ExportException">There is no such relation, or it does not tell when a row changed.</exception>
    public static async Task<string> PrepareAsync(Transaction tx, ExportRequest request)
    {
        await tx.ExecuteAsync(PinsSql);
        string[] kinds = request.IsView ? ["v", "m"] : ["r", "p"];
        List<(string Name, ExportColumnKind Kind)> found = await tx.ReadAllAsync<(string, ExportColumnKind)>(ColumnsSql, new { name = request.Name, kinds });
        if (found.Count == 0)
        {
            List<string> names = await tx.ReadAllAsync<string>(NamesSql, new { kinds });
            throw new ExportException($"The schema wechat has no {(request.IsView ? "view" : "table")} {request.Name}. It has: {string.Join(", ", names)}.");
        }

        IEnumerable<ExportColumn> columns = found.Select(column => new ExportColumn(column.Name, column.Kind));
        string list = string.Join(", ", columns.Select(column => request.Format == ExportFormat.Csv ? column.ForCsv : column.Quoted));
        string since = request.Since is { } moment ? $" where {ChangeTimes.Condition(request.Name, moment)}" : "";
        return $"select {list} from wechat.{ExportColumn.Quote(request.Name)}{since}";
    }
}
