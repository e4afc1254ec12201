using FollowerSync.Followers;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Tests.WeChat.Answers;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
using FsCheck;
using FsCheck.Fluent;
using Npgsql;

namespace FollowerSync.IntegrationTests.Followers;

/// <summary>Any profile survives the way from WeChat's JSON through the merge into the table, as the rules say.</summary>
public sealed class FollowerStoreTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string AppId = "wx00000000000000aa";
    private const string OpenId = "o1";

    private const string ReadSql =
        """
        select nickname, language, city, province, country, headimgurl, remark, subscribe_scene, qr_scene_str, unionid, sex::bigint,
               extract(epoch from subscribe_time)::bigint, groupid::bigint, qr_scene, array_to_string(tagid_list, ',')
        from wechat.followers where app_id = 'wx00000000000000aa' and openid = 'o1' and subscribe
        """;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Any_profile_and_the_next_one_after_it_are_read_back_as_the_rules_say(bool keepKnown, bool firstIsInserted) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(100),
        Prop.ForAll(AnyProfile.Generate(OpenId).Two().ToArbitrary(), async pair =>
        {
            (AnyProfile first, AnyProfile second) = (pair.Item1, pair.Item2);
            await database.ExecuteAsync("truncate wechat.followers");

            await StoreAsync(first, keepKnown, firstIsInserted);
            (await ReadAsync()).ShouldBe(Columns.Select(field => Text(first, field)));

            await StoreAsync(second, keepKnown, isInserted: false);
            (await ReadAsync()).ShouldBe(Columns.Select(field => After(first, second, field, keepKnown)));

            MergeCounts again = await StoreAsync(second, keepKnown, isInserted: false);
            again.ShouldBe(new MergeCounts(0, 0, 1));
        }));

    private static string[] Columns =>
        ["nickname", "language", "city", "province", "country", "headimgurl", "remark", "subscribe_scene", "qr_scene_str", "unionid", "sex", "subscribe_time", "groupid", "qr_scene", "tagid_list"];

    /// <summary>The rules: a missing key, or a value that cannot be read, keeps the column; a unionid is never erased; an empty nickname keeps the known one, and then an empty picture too.</summary>
    private static string? After(AnyProfile first, AnyProfile second, string field, bool keepKnown)
    {
        (string? before, string? now) = (Text(first, field), Text(second, field));
        return field switch
        {
            "unionid" => now ?? before,
            "nickname" or "headimgurl" when second.Lacks(field) => before,
            "nickname" => keepKnown ? now ?? before : now,
            "headimgurl" => keepKnown && Text(second, "nickname") is null ? now ?? before : now,
            _ => second.Lacks(field) ? before : now,
        };
    }

    private static string? Text(AnyProfile profile, string field) => field == "unionid" ? profile.Identifier(field) : profile.Fields[field].Meaning switch
    {
        null => null,
        int[] tags => string.Join(',', tags),
        object value => FormattableString.Invariant($"{value}"),
    };

    private async Task<MergeCounts> StoreAsync(AnyProfile meant, bool keepKnown, bool isInserted)
    {
        BatchAnswer answer = AnswerReader.ReadBatch(WeChatApi.BatchGet, [.. "{\"user_info_list\":["u8, .. meant.Json, .. "]}"u8], AnyProfile.Now);
        return await database.Open().RunAsync(
            async tx =>
            {
                if (isInserted)
                {
                    (await FollowerStore.TryInsertNewAsync(tx, AppId, answer.Profiles, keepKnown, TimeProvider.System.GetUtcNow())).ShouldBeTrue();
                    return new MergeCounts(1, 0, 0);
                }

                await FollowerStore.StageAsync(tx, answer.Profiles, keepKnown);
                return await FollowerStore.MergeAsync(tx, AppId, answer.Profiles, keepKnown, TimeProvider.System.GetUtcNow());
            },
            default);
    }

    private async Task<string?[]> ReadAsync()
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand(ReadSql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        (await reader.ReadAsync()).ShouldBeTrue();
        return [.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : FormattableString.Invariant($"{reader.GetValue(i)}"))];
    }
}
