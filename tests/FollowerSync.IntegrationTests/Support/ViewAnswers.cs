using Npgsql;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>Every row of every view of schema <c>wechat</c>, in one order.</summary>
internal static class ViewAnswers
{
    private const string ViewsSql = "select relname::text from pg_class where relnamespace = 'wechat'::regnamespace and relkind = 'v'";

    /// <summary>Rows as JSON, by the view's name.</summary>
    public static async Task<Dictionary<string, string[]>> ReadAsync(NpgsqlConnection connection)
    {
        Dictionary<string, string[]> answers = [];
        foreach (string view in await RowsAsync(connection, ViewsSql))
            answers[view] = await RowsAsync(connection, $"select to_jsonb(t)::text from wechat.{view} t");
        return answers;
    }

    private static async Task<string[]> RowsAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<string> rows = [];
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return [.. rows.Order(StringComparer.Ordinal)];
    }
}
