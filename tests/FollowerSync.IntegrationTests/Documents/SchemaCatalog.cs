using Npgsql;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary>Reads from the database which tables and views analysts have.</summary>
internal static class SchemaCatalog
{
    private const string Sql =
        """
        select c.relname, c.relkind in ('r', 'p') as is_table, c.oid::bigint as number, coalesce(obj_description(c.oid, 'pg_class'), '') as holds,
               a.attname, replace(format_type(a.atttypid, null), 'timestamp with time zone', 'timestamptz') as type,
               coalesce(a.attnum = any ((i.indkey::int2[])[0 : i.indnkeyatts - 1]), false) as is_key, not a.attnotnull as is_nullable,
               coalesce(col_description(c.oid, a.attnum), '') as column_holds
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_index i on i.indrelid = c.oid and i.indisprimary
        where c.relnamespace = 'wechat'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
        order by c.relname collate "C", a.attnum
        """;

    /// <summary>All of them, by name.</summary>
    public static async Task<IReadOnlyList<Relation>> ReadAsync(NpgsqlDataSource database)
    {
        List<Relation> relations = [];
        await using NpgsqlCommand command = database.CreateCommand(Sql);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            var column = new Column(row.GetString(4), row.GetString(5), row.GetBoolean(6), row.GetBoolean(7), row.GetString(8));
            if (relations.LastOrDefault() is { } last && last.Number == row.GetInt64(2))
                relations[^1] = new Relation(last.Name, last.IsTable, last.Number, last.Comment, [.. last.Columns, column]);
            else
                relations.Add(new Relation(row.GetString(0), row.GetBoolean(1), row.GetInt64(2), row.GetString(3), [column]));
        }

        return relations;
    }
}
