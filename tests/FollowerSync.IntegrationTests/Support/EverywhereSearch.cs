namespace FollowerSync.IntegrationTests.Support;

/// <summary>Looks for values in every column of every table of both schemas that can hold a text. Passed over is that a row of an openid was deleted: those who
/// keep copies have to learn it, for as long as changes are kept.</summary>
internal static class EverywhereSearch
{
    private const string ColumnsSql =
        """
        select array_agg(format('%I.%I %I', n.nspname, c.relname, a.attname))
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('wechat', 'followersync')
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        join pg_type t on t.oid = a.atttypid and t.typcategory in ('S', 'A', 'U')
        where c.relkind in ('r', 'p')
        """;

    /// <summary>Every column in whose text one of the values stands, arrays and JSON included.</summary>
    public static Task<IReadOnlyList<string>> FindAsync(TestDatabase database, IReadOnlyCollection<string> values) => FindAsync(database.ReadAsync<string[]>, values);

    /// <summary>Every column that can hold a text, with its table.</summary>
    public static async Task<IEnumerable<(string Table, string Column)>> ColumnsAsync(Func<string, Task<string[]>> readAsync) =>
        (await readAsync(ColumnsSql)).Select(place => place.Split(' ')).Select(place => (place[0], place[1]));

    /// <param name="readAsync">Answers a query for one list of texts.</param>
    /// <param name="values">What to look for.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(Func<string, Task<string[]>> readAsync, IReadOnlyCollection<string> values)
    {
        List<string> found = [];
        string list = string.Join("', '", values.Select(value => value.Replace("'", "''", StringComparison.Ordinal)));
        foreach ((string table, string column) in await ColumnsAsync(readAsync))
        {
            string[] here = await readAsync(
                $"""
                select coalesce(array_agg(v), array[]::text[])
                from unnest(array['{list}']) v
                where exists (select from {table} where position(v in {column}::text) > 0{(table == "wechat.changes" ? " and kind <> 'deleted'" : "")})
                """);
            found.AddRange(here.Select(value => $"{table}.{column}: {value}"));
        }

        return found;
    }
}
