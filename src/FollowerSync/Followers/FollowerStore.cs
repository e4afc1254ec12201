using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace FollowerSync.Followers;

/// <summary>Writes <c>wechat.followers</c>: copies profiles into a staging table and merges them in two set-based statements that touch only what changed.</summary>
/// <remarks>Not <c>insert … on conflict do update</c>: that locks, and so writes, every row it then leaves unchanged. Only the holder of the
/// account's lease inserts its followers, so there is nobody to conflict with.</remarks>
internal static class FollowerStore
{
    private const string CreateStagingSql =
        """
        create temporary table staged_profiles (
            openid text collate "C" not null, nickname text, sex smallint, language text, city text, province text, country text,
            headimgurl text, subscribe_time timestamptz, unionid text collate "C", remark text, groupid int, tagid_list int[],
            subscribe_scene text, qr_scene bigint, qr_scene_str text, missing int not null
        ) on commit drop
        """;

    private const string CopySql =
        """
        copy staged_profiles (openid, nickname, sex, language, city, province, country, headimgurl, subscribe_time, unionid, remark, groupid,
            tagid_list, subscribe_scene, qr_scene, qr_scene_str, missing) from stdin (format binary)
        """;

    // A field whose key was missing keeps what is stored, an absent unionid too, and with @keepKnown an empty nickname.
    // An empty picture beside a nickname means that there is no picture.
    private const string UpdateSql =
        """
        with wanted as (
            select s.openid,
                   case when @keepKnown then coalesce(s.nickname, f.nickname) else s.nickname end as nickname,
                   case when s.missing & 1 = 0 then s.sex else f.sex end as sex,
                   case when s.missing & 2 = 0 then s.language else f.language end as language,
                   case when s.missing & 4 = 0 then s.city else f.city end as city,
                   case when s.missing & 8 = 0 then s.province else f.province end as province,
                   case when s.missing & 16 = 0 then s.country else f.country end as country,
                   case when @keepKnown and s.nickname is null then coalesce(s.headimgurl, f.headimgurl) else s.headimgurl end as headimgurl,
                   case when s.missing & 32 = 0 then s.subscribe_time else f.subscribe_time end as subscribe_time,
                   coalesce(s.unionid, f.unionid) as unionid,
                   case when s.missing & 64 = 0 then s.remark else f.remark end as remark,
                   case when s.missing & 128 = 0 then s.groupid else f.groupid end as groupid,
                   case when s.missing & 256 = 0 then s.tagid_list else f.tagid_list end as tagid_list,
                   case when s.missing & 512 = 0 then s.subscribe_scene else f.subscribe_scene end as subscribe_scene,
                   case when s.missing & 1024 = 0 then s.qr_scene else f.qr_scene end as qr_scene,
                   case when s.missing & 2048 = 0 then s.qr_scene_str else f.qr_scene_str end as qr_scene_str
            from staged_profiles s
            join wechat.followers f on f.app_id = @appId and f.openid = s.openid
        )
        update wechat.followers f
        set subscribe = true, nickname = w.nickname, sex = w.sex, language = w.language, city = w.city, province = w.province,
            country = w.country, headimgurl = w.headimgurl, subscribe_time = w.subscribe_time, unionid = w.unionid, remark = w.remark,
            groupid = w.groupid, tagid_list = w.tagid_list, subscribe_scene = w.subscribe_scene, qr_scene = w.qr_scene,
            qr_scene_str = w.qr_scene_str, changed_at = now(), unfollowed_after = null, unfollowed_before = null
        from wanted w
        where f.app_id = @appId and f.openid = w.openid
          and (f.subscribe, f.nickname, f.sex, f.language, f.city, f.province, f.country, f.headimgurl, f.subscribe_time, f.unionid,
               f.remark, f.groupid, f.tagid_list, f.subscribe_scene, f.qr_scene, f.qr_scene_str)
              is distinct from
              (true, w.nickname, w.sex, w.language, w.city, w.province, w.country, w.headimgurl, w.subscribe_time, w.unionid,
               w.remark, w.groupid, w.tagid_list, w.subscribe_scene, w.qr_scene, w.qr_scene_str)
        """;

    private const string InsertSql =
        """
        insert into wechat.followers (app_id, openid, subscribe, nickname, sex, language, city, province, country, headimgurl, subscribe_time,
            unionid, remark, groupid, tagid_list, subscribe_scene, qr_scene, qr_scene_str, first_seen_at, changed_at)
        select @appId, s.openid, true, s.nickname, s.sex, s.language, s.city, s.province, s.country, s.headimgurl, s.subscribe_time,
               s.unionid, s.remark, s.groupid, s.tagid_list, s.subscribe_scene, s.qr_scene, s.qr_scene_str, now(), now()
        from staged_profiles s
        where not exists (select from wechat.followers f where f.app_id = @appId and f.openid = s.openid)
        """;

    /// <summary>Stores people whom WeChat answered as following. Repeatable: the same profiles again change nothing.</summary>
    /// <param name="connection">Connection of <paramref name="transaction"/>.</param>
    /// <param name="transaction">The caller's; the caller commits.</param>
    /// <param name="appId">Account the people follow.</param>
    /// <param name="profiles">Each openid at most once.</param>
    /// <param name="keepKnown">Whether an empty nickname or picture keeps the stored one.</param>
    /// <param name="cancellationToken">Ends the merge; the transaction is then unusable.</param>
    public static async Task<MergeCounts> MergeAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string appId, IReadOnlyList<FollowerProfile> profiles, bool keepKnown, CancellationToken cancellationToken)
    {
        if (profiles.Count == 0)
            return default;

        var parameters = new { appId, keepKnown };
        await connection.ExecuteAsync(new CommandDefinition(CreateStagingSql, transaction: transaction, cancellationToken: cancellationToken));
        await CopyAsync(connection, profiles, cancellationToken);
        long changed = await connection.ExecuteAsync(new CommandDefinition(UpdateSql, parameters, transaction, cancellationToken: cancellationToken));
        long added = await connection.ExecuteAsync(new CommandDefinition(InsertSql, parameters, transaction, cancellationToken: cancellationToken));
        return new MergeCounts(added, changed, profiles.Count - added - changed);
    }

    private static async Task CopyAsync(NpgsqlConnection connection, IReadOnlyList<FollowerProfile> profiles, CancellationToken cancellationToken)
    {
        await using NpgsqlBinaryImporter rows = await connection.BeginBinaryImportAsync(CopySql, cancellationToken);
        foreach (FollowerProfile profile in profiles)
        {
            await rows.StartRowAsync(cancellationToken);
            await rows.WriteAsync(profile.OpenId, NpgsqlDbType.Text, cancellationToken);
            await rows.WriteAsync(profile.Nickname, NpgsqlDbType.Text, cancellationToken);
            await rows.WriteAsync(profile.Sex, NpgsqlDbType.Smallint, cancellationToken);
            await rows.WriteAsync(profile.Language, NpgsqlDbType.Text, cancellationToken);
            await rows.WriteAsync(profile.City, NpgsqlDbType.Text, cancellationToken);
            await rows.WriteAsync(profile.Province, NpgsqlDbType.Text, cancellationToken);
            await rows.WriteAsync(profile.Country, NpgsqlDbType.Text, cancellationToken);
            await rows.WriteAsync(profile.HeadImgUrl, NpgsqlDbType.Text, cancellationToken);
            await rows.WriteAsync(profile.SubscribeTime, NpgsqlDbType.TimestampTz, cancellationToken);
            await rows.WriteAsync(profile.UnionId, NpgsqlDbType.Text, cancellationToken);
            await rows.WriteAsync(profile.Remark, NpgsqlDbType.Text, cancellationToken);
            await rows.WriteAsync(profile.GroupId, NpgsqlDbType.Integer, cancellationToken);
            await rows.WriteAsync(profile.TagIdList, NpgsqlDbType.Array | NpgsqlDbType.Integer, cancellationToken);
            await rows.WriteAsync(profile.SubscribeScene, NpgsqlDbType.Text, cancellationToken);
            await rows.WriteAsync(profile.QrScene, NpgsqlDbType.Bigint, cancellationToken);
            await rows.WriteAsync(profile.QrSceneStr, NpgsqlDbType.Text, cancellationToken);
            await rows.WriteAsync((int)profile.Missing, NpgsqlDbType.Integer, cancellationToken);
        }

        await rows.CompleteAsync(cancellationToken);
    }
}
