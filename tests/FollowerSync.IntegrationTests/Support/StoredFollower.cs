using FollowerSync.Emulator.Accounts;
using Npgsql;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A row of <c>wechat.followers</c> in the emulator's terms, so that the two can be compared column by column.</summary>
internal static class StoredFollower
{
    private const string Sql =
        """
        select openid, subscribe, nickname, sex, language, city, province, country, headimgurl, subscribe_time, unionid, remark, groupid,
               tagid_list, subscribe_scene, qr_scene, qr_scene_str
        from wechat.followers
        """;

    /// <summary>Every stored person, keyed by openid.</summary>
    public static Task<Dictionary<string, string>> ReadAllAsync(TestDatabase tables, string where = "true") => ReadAllAsync(tables.DataSource, where);

    /// <summary>Every stored person of any database, keyed by openid.</summary>
    public static async Task<Dictionary<string, string>> ReadAllAsync(NpgsqlDataSource database, string where)
    {
        Dictionary<string, string> rows = new(StringComparer.Ordinal);
        await using var command = database.CreateCommand($"{Sql} where {where}");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            string Text(int column) => reader.IsDBNull(column) ? "" : reader.GetString(column);
            rows.Add(reader.GetString(0), Describe(new EmulatedFollower
            {
                OpenId = reader.GetString(0),
                Subscribe = reader.GetBoolean(1),
                Nickname = Text(2),
                Sex = reader.GetInt16(3),
                Language = Text(4),
                City = Text(5),
                Province = Text(6),
                Country = Text(7),
                HeadImgUrl = Text(8),
                SubscribeTime = new DateTimeOffset(reader.GetDateTime(9)).ToUnixTimeSeconds(),
                UnionId = reader.IsDBNull(10) ? null : reader.GetString(10),
                Remark = Text(11),
                GroupId = reader.GetInt32(12),
                TagIdList = reader.GetFieldValue<int[]>(13),
                SubscribeScene = Text(14),
                QrScene = (uint)reader.GetInt64(15),
                QrSceneStr = Text(16),
            }));
        }

        return rows;
    }

    /// <summary>All columns as one text, for comparing and for showing what differs.</summary>
    public static string Describe(EmulatedFollower f) => string.Join(
        " | ",
        f.Subscribe, f.OpenId, f.Nickname, f.Sex, f.Language, f.City, f.Province, f.Country, f.HeadImgUrl, f.SubscribeTime, f.UnionId, f.Remark,
        f.GroupId, string.Join(',', f.TagIdList), f.SubscribeScene, f.QrScene, f.QrSceneStr);

    /// <summary>Fails unless everybody who follows in the emulator stands in the table with every column equal, and nobody else as following.</summary>
    public static async Task ShouldEqualTruthAsync(this SyncedAccount account) =>
        account.Truth.ShouldEqual(await ReadAllAsync(account.Tables.DataSource, "subscribe"));

    /// <summary>The same of any database.</summary>
    public static async Task ShouldEqualTruthAsync(this NpgsqlDataSource database, EmulatedAccount account) => account.ShouldEqual(await ReadAllAsync(database, "subscribe"));

    private static void ShouldEqual(this EmulatedAccount account, Dictionary<string, string> stored)
    {
        Dictionary<string, string> truth = account.Followers().ToDictionary(f => f.OpenId, Describe, StringComparer.Ordinal);
        truth.Keys.Except(stored.Keys).ShouldBeEmpty("people lost");
        stored.Keys.Except(truth.Keys).ShouldBeEmpty("people who do not follow");
        truth.Where(t => stored[t.Key] != t.Value).Select(t => $"{t.Value}\n  stored: {stored[t.Key]}").Take(5).ShouldBeEmpty("rows that differ");
    }
}
