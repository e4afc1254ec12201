using System.Diagnostics;
using Dapper;
using FollowerSync.Emulator;
using Npgsql;

namespace FollowerSync.Benchmarks.Contestants;

/// <summary>The usual way, written plainly: one call at a time, one upsert per follower.</summary>
internal sealed class OneByOne(Uri address, string connectionString) : IContestant
{
    public const string UpsertSql =
        """
        insert into wechat.followers (app_id, openid, subscribe, nickname, sex, language, city, province, country, headimgurl, subscribe_time,
            unionid, remark, groupid, tagid_list, subscribe_scene, qr_scene, qr_scene_str, first_seen_at, changed_at)
        values (@appId, @OpenId, @Subscribe = 1, @Nickname, @Sex, @Language, @City, @Province, @Country, @HeadImgUrl, to_timestamp(@SubscribeTime),
            @UnionId, @Remark, @GroupId, @TagIdList, @SubscribeScene, @QrScene, @QrSceneStr, now(), now())
        on conflict (app_id, openid) do update set subscribe = excluded.subscribe, nickname = excluded.nickname, sex = excluded.sex,
            language = excluded.language, city = excluded.city, province = excluded.province, country = excluded.country,
            headimgurl = excluded.headimgurl, subscribe_time = excluded.subscribe_time, unionid = excluded.unionid, remark = excluded.remark,
            groupid = excluded.groupid, tagid_list = excluded.tagid_list, subscribe_scene = excluded.subscribe_scene,
            qr_scene = excluded.qr_scene, qr_scene_str = excluded.qr_scene_str, changed_at = now()
        """;

    public async Task<TimeSpan> SyncAsync()
    {
        using PlainApi api = new(address);
        await using NpgsqlConnection connection = new(connectionString);
        await connection.OpenAsync();
        long start = Stopwatch.GetTimestamp();
        await api.LogInAsync();
        List<string> openIds = [];
        await foreach (string openId in api.ListAsync())
            openIds.Add(openId);
        foreach (string[] batch in openIds.Chunk(100))
        {
            foreach (PlainFollower f in await api.GetAsync(batch))
                await connection.ExecuteAsync(UpsertSql, Row(f));
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static object Row(PlainFollower f) => new
    {
        appId = EmulatorOptions.DefaultAppId,
        f.OpenId,
        f.Subscribe,
        f.Nickname,
        f.Sex,
        f.Language,
        f.City,
        f.Province,
        f.Country,
        f.HeadImgUrl,
        f.SubscribeTime,
        f.UnionId,
        f.Remark,
        f.GroupId,
        f.TagIdList,
        f.SubscribeScene,
        f.QrScene,
        f.QrSceneStr,
    };
}
