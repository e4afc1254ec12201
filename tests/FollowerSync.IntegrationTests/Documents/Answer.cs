using Npgsql;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary>What the database answers to a query, as psql would show it in Beijing.</summary>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Numbers">Whether a column holds numbers.</param>
/// <param name="Rows">The rows; null is an empty text.</param>
internal sealed record Answer(IReadOnlyList<string> Columns, IReadOnlyList<bool> Numbers, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private static readonly string[] NumberTypes = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];

    /// <summary>Asks the query.</summary>
    /// <param name="database">The database.</param>
    /// <param name="sql">The query.</param>
    /// <param name="settings">Statements for the session that go before.</param>
    public static async Task<Answer> AskAsync(NpgsqlDataSource database, string sql, string settings = "")
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await using (var prepare = new NpgsqlCommand($"set local timezone = 'Asia/Shanghai'; {settings}", connection, transaction))
            await prepare.ExecuteNonQueryAsync();

        await using var command = new NpgsqlCommand(sql, connection, transaction) { AllResultTypesAreUnknown = true };
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync();
        int[] columns = [.. Enumerable.Range(0, row.FieldCount)];
        string[] names = [.. columns.Select(row.GetName)];
        bool[] numbers = [.. columns.Select(at => NumberTypes.Contains(row.GetPostgresType(at).DisplayName))];
        List<IReadOnlyList<string>> rows = [];
        while (await row.ReadAsync())
            rows.Add([.. columns.Select(at => row.IsDBNull(at) ? "" : row.GetString(at))]);
        return new Answer(names, numbers, rows);
    }
}
