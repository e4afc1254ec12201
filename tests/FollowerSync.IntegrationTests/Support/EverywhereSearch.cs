namespace FollowerSync.IntegrationTests.Support;

/// <summary>Looks for values in every column of every table of both schemas.</summary>
internal static class EverywhereSearch
{
    /// <summary>Every column in whose text one of the values stands, arrays and JSON included.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(TestDatabase database, IReadOnlyCollection<string> values)
    {
        List<string> found = [];
        string[] columns = await database.ReadAsync<string[]>(
            """
            select array_agg(format('%I.%I %I', n.nspname, c.relname, a.attname))
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('wechat', 'followersync')
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relkind in ('r', 'p')
            """);
        foreach (string[] column in columns.Select(c => c.Split(' ')))
        {
            string[] here = await database.ReadAsync<string[]>(
                $"""
                select coalesce(array_agg(v), array[]::text[])
                from unnest(array['{string.Join("', '", values)}']) v
                where exists (select from {column[0]} where position(v in {column[1]}::text) > 0)
                """);
            found.AddRange(here.Select(value => $"{string.Join('.', column)}: {value}"));
        }

        return found;
    }
}
