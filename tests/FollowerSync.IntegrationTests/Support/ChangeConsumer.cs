using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A program that keeps a copy of <c>wechat.followers</c> by the change feed, as docs/analysts.md says. Of a row that changed it takes only the columns
/// that are named to have changed.</summary>
internal sealed class ChangeConsumer(TestDatabase database, int pageSize = 100)
{
    private const string PageSql =
        "select change_id, run_id, app_id, openid, kind, changed_columns from wechat.changes where change_id > $1 order by change_id limit $2";

    private const string RowsSql =
        "select f.app_id, f.openid, to_jsonb(f)::text from wechat.followers f join unnest($1::text[], $2::text[]) k (app_id, openid) using (app_id, openid)";

    // Every change of a row renews them: the time it changed, and when the answer it was written from was asked for, with its hash.
    private static readonly string[] Always = ["changed_at", "answered_at", "profile_hash"];

    private readonly Dictionary<(string AppId, string OpenId), JsonObject> _copy = [];
    private readonly List<long> _read = [];

    public long LastId { get; private set; }

    /// <summary>Every change_id it has met, in the order of reading.</summary>
    public IReadOnlyList<long> Read => _read;

    /// <summary>Reads and applies what it has not read yet.</summary>
    public async Task<IReadOnlyList<ReadChange>> CatchUpAsync()
    {
        List<ReadChange> all = [];
        while (await ReadPageAsync() is { Count: > 0 } page)
        {
            Dictionary<(string, string), JsonObject> rows = await ReadRowsAsync(page);
            foreach (ReadChange change in page)
                Apply(change, rows.GetValueOrDefault((change.AppId, change.OpenId)));
            all.AddRange(page);
        }

        return all;
    }

    public async Task ShouldEqualTableAsync()
    {
        JsonObject[] table = [.. JsonNode.Parse(await database.ReadAsync<string>("select coalesce(jsonb_agg(f order by app_id, openid), '[]')::text from wechat.followers f"))!
            .AsArray().Select(row => row!.AsObject())];
        _copy.OrderBy(row => row.Key.AppId, StringComparer.Ordinal).ThenBy(row => row.Key.OpenId, StringComparer.Ordinal).Select(row => Sorted(row.Value))
            .ShouldBe(table.Select(Sorted));
    }

    private static string Sorted(JsonObject row) => JsonSerializer.Serialize(row.OrderBy(column => column.Key, StringComparer.Ordinal).ToDictionary(c => c.Key, c => c.Value?.ToJsonString()));

    private void Apply(ReadChange change, JsonObject? row)
    {
        (string, string) key = (change.AppId, change.OpenId);
        if (change.Kind == "deleted" || row is null)
            _copy.Remove(key);
        else if (change.Columns is null || !_copy.TryGetValue(key, out JsonObject? copy))
            _copy[key] = row.DeepClone().AsObject();
        else
            foreach (string column in change.Columns.Concat(Always))
                copy[column] = row[column]?.DeepClone();
    }

    private async Task<List<ReadChange>> ReadPageAsync()
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand(PageSql);
        command.Parameters.Add(new NpgsqlParameter { Value = LastId });
        command.Parameters.Add(new NpgsqlParameter { Value = pageSize });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<ReadChange> page = [];
        while (await reader.ReadAsync())
        {
            page.Add(new ReadChange(
                reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetInt64(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                reader.IsDBNull(5) ? null : reader.GetFieldValue<string[]>(5)));
        }

        _read.AddRange(page.Select(c => c.ChangeId));
        LastId = page.Count == 0 ? LastId : page[^1].ChangeId;
        return page;
    }

    private async Task<Dictionary<(string, string), JsonObject>> ReadRowsAsync(List<ReadChange> page)
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand(RowsSql);
        (string AppId, string OpenId)[] keys = [.. page.Select(c => (c.AppId, c.OpenId)).Distinct()];
        command.Parameters.Add(new NpgsqlParameter { Value = keys.Select(k => k.AppId).ToArray() });
        command.Parameters.Add(new NpgsqlParameter { Value = keys.Select(k => k.OpenId).ToArray() });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        Dictionary<(string, string), JsonObject> rows = [];
        while (await reader.ReadAsync())
            rows[(reader.GetString(0), reader.GetString(1))] = JsonNode.Parse(reader.GetString(2))!.AsObject();
        return rows;
    }
}

/// <summary>A row of <c>wechat.changes</c>.</summary>
internal sealed record ReadChange(long ChangeId, long? RunId, string AppId, string OpenId, string Kind, string[]? Columns);
