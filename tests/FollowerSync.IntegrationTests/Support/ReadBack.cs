using System.Collections;
using System.Data.Common;
using System.Globalization;
using DuckDB.NET.Data;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>Rows as texts that can be compared, whichever program they were read by.</summary>
internal static class ReadBack
{
    /// <summary>What a query of DuckDB answers, its columns' types first.</summary>
    public static async Task<(IReadOnlyDictionary<string, string> Types, string[] Rows)> DuckDbAsync(string sql)
    {
        await using DuckDBConnection connection = new("Data Source=:memory:");
        await connection.OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await using DbDataReader reader = await command.ExecuteReaderAsync();
        Dictionary<string, string> types = Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, reader.GetDataTypeName, StringComparer.Ordinal);
        return (types, await RowsAsync(reader));
    }

    /// <summary>All rows, in the order of their texts.</summary>
    public static async Task<string[]> RowsAsync(DbDataReader reader)
    {
        List<string> rows = [];
        while (await reader.ReadAsync())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))));
        return [.. rows.Order(StringComparer.Ordinal)];
    }

    private static string Text(object? value) => value switch
    {
        null or DBNull => "∅",
        string text => $"'{text}'",
        byte[] bytes => Convert.ToHexString(bytes),
        Stream stream => Text(Bytes(stream)),
        IEnumerable items => "[" + string.Join(',', items.Cast<object?>().Select(Text)) + "]",
        decimal number => Text((double)number),
        float number => Text((double)number),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime { TimeOfDay.Ticks: 0, Kind: DateTimeKind.Unspecified } day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime moment => moment.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static byte[] Bytes(Stream stream)
    {
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
