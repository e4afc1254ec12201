using Npgsql;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>Looks for values in every column of every table of both schemas that can hold a text. Passed over is that a row of an openid was deleted: those who
/// keep copies have to learn it, for as long as changes are kept.</summary>
internal static class EverywhereSearch
{
    // One statement for all columns: one for each, some three hundred, costs more than the reading.
    private const string StatementSql =
        """
        select string_agg(format('select %L, %L, string_agg(distinct %I::text, E''\n'') from %I.%I%s',
            n.nspname || '.' || c.relname, a.attname, a.attname, n.nspname, c.relname, case when c.oid = 'wechat.changes'::regclass then ' where kind <> ''deleted''' end), ' union all ')
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('wechat', 'followersync')
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        join pg_type t on t.oid = a.atttypid and t.typcategory in ('S', 'A', 'U')
        where c.relkind in ('r', 'p')
        """;

    /// <summary>Every column in whose text one of the values stands, arrays and JSON included.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(TestDatabase database, IReadOnlyCollection<string> values)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync();
        return [.. Find(await TextsAsync(connection), values)];
    }

    /// <summary>Every place among the texts where one of the values stands.</summary>
    public static IEnumerable<string> Find(IEnumerable<ColumnText> texts, IReadOnlyCollection<string> values) =>
        from place in texts
        from value in values
        where place.Text.Contains(value, StringComparison.Ordinal)
        select $"{place.Table}.{place.Column}: {value}";

    /// <summary>All that stands in every column that can hold a text, for columns in which anything stands.</summary>
    public static async Task<IReadOnlyList<ColumnText>> TextsAsync(NpgsqlConnection connection)
    {
        await using NpgsqlCommand columns = new(StatementSql, connection);
        await using NpgsqlCommand command = new((string)(await columns.ExecuteScalarAsync())!, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<ColumnText> texts = [];
        while (await reader.ReadAsync())
        {
            if (!await reader.IsDBNullAsync(2))
                texts.Add(new ColumnText(reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        }

        return texts;
    }
}

/// <summary>All that stands in one column of a table.</summary>
/// <param name="Table">With its schema.</param>
/// <param name="Column">Its name.</param>
/// <param name="Text">The different values, a line each.</param>
internal sealed record ColumnText(string Table, string Column, string Text);
