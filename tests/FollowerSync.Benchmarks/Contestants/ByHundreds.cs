using System.Diagnostics;
using FollowerSync.Emulator;
using Npgsql;

namespace FollowerSync.Benchmarks.Contestants;

/// <summary>A careful hand-made script: several calls in flight, one multi-row upsert per hundred, only what changed.</summary>
internal sealed class ByHundreds(Uri address, string connectionString, int inFlight) : IContestant
{
    private const string UpsertSql =
        """
        insert into wechat.followers as f (app_id, openid, subscribe, nickname, sex, language, city, province, country, headimgurl, subscribe_time,
            unionid, remark, groupid, tagid_list, subscribe_scene, qr_scene, qr_scene_str, first_seen_at, changed_at)
        select $1, openid, subscribe, nickname, sex, language, city, province, country, headimgurl, to_timestamp(subscribe_time), unionid, remark,
            groupid, tags::int[], subscribe_scene, qr_scene, qr_scene_str, now(), now()
        from unnest($2::text[], $3::bool[], $4::text[], $5::int2[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::bigint[],
            $12::text[], $13::text[], $14::int[], $15::text[], $16::text[], $17::bigint[], $18::text[])
            as t (openid, subscribe, nickname, sex, language, city, province, country, headimgurl, subscribe_time, unionid, remark, groupid, tags,
                subscribe_scene, qr_scene, qr_scene_str)
        on conflict (app_id, openid) do update set subscribe = excluded.subscribe, nickname = excluded.nickname, sex = excluded.sex,
            language = excluded.language, city = excluded.city, province = excluded.province, country = excluded.country,
            headimgurl = excluded.headimgurl, subscribe_time = excluded.subscribe_time, unionid = excluded.unionid, remark = excluded.remark,
            groupid = excluded.groupid, tagid_list = excluded.tagid_list, subscribe_scene = excluded.subscribe_scene,
            qr_scene = excluded.qr_scene, qr_scene_str = excluded.qr_scene_str, changed_at = now()
        where (f.subscribe, f.nickname, f.sex, f.language, f.city, f.province, f.country, f.headimgurl, f.subscribe_time, f.unionid, f.remark,
               f.groupid, f.tagid_list, f.subscribe_scene, f.qr_scene, f.qr_scene_str)
              is distinct from
              (excluded.subscribe, excluded.nickname, excluded.sex, excluded.language, excluded.city, excluded.province, excluded.country,
               excluded.headimgurl, excluded.subscribe_time, excluded.unionid, excluded.remark, excluded.groupid, excluded.tagid_list,
               excluded.subscribe_scene, excluded.qr_scene, excluded.qr_scene_str)
        """;

    public async Task<TimeSpan> SyncAsync()
    {
        using PlainApi api = new(address);
        await using NpgsqlDataSource dataSource = NpgsqlDataSource.Create(connectionString);
        long start = Stopwatch.GetTimestamp();
        await api.LogInAsync();
        List<string> openIds = [];
        await foreach (string openId in api.ListAsync())
            openIds.Add(openId);
        await Parallel.ForEachAsync(
            openIds.Chunk(100),
            new ParallelOptions { MaxDegreeOfParallelism = inFlight },
            async (batch, _) => await UpsertAsync(dataSource, await api.GetAsync(batch)));
        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task UpsertAsync(NpgsqlDataSource dataSource, List<PlainFollower> rows)
    {
        await using NpgsqlCommand command = dataSource.CreateCommand(UpsertSql);
        void Add(object values) => command.Parameters.Add(new NpgsqlParameter { Value = values });
        Add(EmulatorOptions.DefaultAppId);
        Add(rows.Select(r => r.OpenId).ToArray());
        Add(rows.Select(r => r.Subscribe == 1).ToArray());
        Add(rows.Select(r => r.Nickname).ToArray());
        Add(rows.Select(r => r.Sex).ToArray());
        Add(rows.Select(r => r.Language).ToArray());
        Add(rows.Select(r => r.City).ToArray());
        Add(rows.Select(r => r.Province).ToArray());
        Add(rows.Select(r => r.Country).ToArray());
        Add(rows.Select(r => r.HeadImgUrl).ToArray());
        Add(rows.Select(r => r.SubscribeTime).ToArray());
        Add(rows.Select(r => r.UnionId).ToArray());
        Add(rows.Select(r => r.Remark).ToArray());
        Add(rows.Select(r => r.GroupId).ToArray());
        Add(rows.Select(r => $"{{{string.Join(',', r.TagIdList)}}}").ToArray());
        Add(rows.Select(r => r.SubscribeScene).ToArray());
        Add(rows.Select(r => r.QrScene).ToArray());
        Add(rows.Select(r => r.QrSceneStr).ToArray());
        await command.ExecuteNonQueryAsync();
    }
}
