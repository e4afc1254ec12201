using Dapper;
using Npgsql;

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
            headimgurl text, subscribe_time timestamptz, remark text, groupid int, tagid_list int[], subscribe_scene text, qr_scene bigint,
            qr_scene_str text, unionid text collate "C", missing int not null, profile_hash bigint
        ) on commit drop
        """;

    // In the order of ProfileColumn.
    private const string Columns =
        """
        openid, nickname, sex, language, city, province, country, headimgurl, subscribe_time, remark, groupid, tagid_list, subscribe_scene,
        qr_scene, qr_scene_str, unionid
        """;

    private const string StageSql = $"copy staged_profiles ({Columns}, missing, profile_hash) from stdin (format binary)";

    private const string InsertNewSql =
        $"copy wechat.followers ({Columns}, profile_hash, app_id, subscribe, first_seen_at, changed_at) from stdin (format binary)";

    // Staged people are looked up one by one by the primary key (lateral, with a limit), and updated where they were found: without statistics, as on
    // a table just filled, the planner takes an account for a handful of rows and would walk all of it for every one of them.
    // A field whose key was missing keeps what is stored, an absent unionid too, and with @keepKnown an empty nickname.
    // An empty picture beside a nickname means that there is no picture.
    private const string UpdateSql =
        $"""
        with changed as materialized (
            select f.place, f.old, w.*, {FollowerHistory.ChangedAt} as at,
                   array_remove(array[
                       case when not f.subscribe then 'subscribe' end,
                       case when f.nickname is distinct from w.nickname then 'nickname' end,
                       case when f.sex is distinct from w.sex then 'sex' end,
                       case when f.language is distinct from w.language then 'language' end,
                       case when f.city is distinct from w.city then 'city' end,
                       case when f.province is distinct from w.province then 'province' end,
                       case when f.country is distinct from w.country then 'country' end,
                       case when f.headimgurl is distinct from w.headimgurl then 'headimgurl' end,
                       case when f.subscribe_time is distinct from w.subscribe_time then 'subscribe_time' end,
                       case when f.unionid is distinct from w.unionid then 'unionid' end,
                       case when f.remark is distinct from w.remark then 'remark' end,
                       case when f.groupid is distinct from w.groupid then 'groupid' end,
                       case when f.tagid_list is distinct from w.tagid_list then 'tagid_list' end,
                       case when f.subscribe_scene is distinct from w.subscribe_scene then 'subscribe_scene' end,
                       case when f.qr_scene is distinct from w.qr_scene then 'qr_scene' end,
                       case when f.qr_scene_str is distinct from w.qr_scene_str then 'qr_scene_str' end], null) as replaced
            from staged_profiles s
            cross join lateral (
                select h.ctid as place, h as old, h.* from wechat.followers h where h.app_id = @appId and h.openid = s.openid limit 1) f
            cross join lateral (
                select case when @keepKnown then coalesce(s.nickname, f.nickname) else s.nickname end as nickname,
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
                       case when s.missing & 2048 = 0 then s.qr_scene_str else f.qr_scene_str end as qr_scene_str,
                       s.profile_hash) w
            where (f.subscribe, f.nickname, f.sex, f.language, f.city, f.province, f.country, f.headimgurl, f.subscribe_time, f.unionid,
                   f.remark, f.groupid, f.tagid_list, f.subscribe_scene, f.qr_scene, f.qr_scene_str)
                  is distinct from
                  (true, w.nickname, w.sex, w.language, w.city, w.province, w.country, w.headimgurl, w.subscribe_time, w.unionid,
                   w.remark, w.groupid, w.tagid_list, w.subscribe_scene, w.qr_scene, w.qr_scene_str)
        ), versions as (
            {FollowerHistory.KeepVersions}
        ), episodes as (
            {FollowerHistory.KeepEpisodes}
        )
        update wechat.followers f
        set subscribe = true, nickname = c.nickname, sex = c.sex, language = c.language, city = c.city, province = c.province,
            country = c.country, headimgurl = c.headimgurl, subscribe_time = c.subscribe_time, unionid = c.unionid, remark = c.remark,
            groupid = c.groupid, tagid_list = c.tagid_list, subscribe_scene = c.subscribe_scene, qr_scene = c.qr_scene,
            qr_scene_str = c.qr_scene_str, profile_hash = c.profile_hash, changed_at = c.at, unfollowed_after = null, unfollowed_before = null,
            unfollow_source = null, first_followed_at = {FollowerHistory.FirstFollowedAt}
        from changed c
        where f.ctid = c.place
        """;

    private const string InsertSql =
        """
        insert into wechat.followers (app_id, openid, subscribe, nickname, sex, language, city, province, country, headimgurl, subscribe_time,
            unionid, remark, groupid, tagid_list, subscribe_scene, qr_scene, qr_scene_str, profile_hash, first_seen_at, changed_at)
        select @appId, s.openid, true, s.nickname, s.sex, s.language, s.city, s.province, s.country, s.headimgurl, s.subscribe_time,
               s.unionid, s.remark, s.groupid, s.tagid_list, s.subscribe_scene, s.qr_scene, s.qr_scene_str, s.profile_hash, now(), now()
        from staged_profiles s
        left join lateral (select true as is_stored from wechat.followers where app_id = @appId and openid = s.openid limit 1) f on true
        where f.is_stored is null
        """;

    // Rows whose stored unionid is the answered one are the rule and are told apart first, by the key they are joined with anyway.
    private const string SuspectsSql =
        """
        with changed as (
            select s.openid, s.unionid, f.unionid as stored
            from staged_profiles s
            left join lateral (select unionid from wechat.followers where app_id = @appId and openid = s.openid limit 1) f on true
            where s.unionid is not null and s.unionid is distinct from f.unionid
        )
        select c.openid
        from changed c
        where c.stored is not null
           or exists (select from wechat.followers o where o.unionid = c.unionid and (o.app_id = @appId) is true and o.openid <> c.openid)
        union
        select unnest(array_agg(s.openid))
        from staged_profiles s
        where s.unionid is not null
        group by s.unionid
        having count(*) > 1
        """;

    // One index lookup a unionid, whatever statistics the table has: lateral, with an offset that keeps it so, and app_id written so that no other
    // index fits.
    private const string HoldersSql =
        """
        select u.unionid, f.openid
        from unnest(@unionIds) as u (unionid)
        cross join lateral (select openid from wechat.followers where unionid = u.unionid and (app_id = @appId) is true offset 0) f
        """;

    private const string StoredUnionIdsSql =
        "select openid, unionid from wechat.followers where app_id = @appId and openid = any(@openIds) and unionid is not null";

    /// <summary>Stores the staged people, whom WeChat answered as following. Repeatable: the same profiles again change nothing.</summary>
    /// <param name="connection">Connection of <paramref name="transaction"/>.</param>
    /// <param name="transaction">The caller's; the caller commits.</param>
    /// <param name="appId">Account the people follow.</param>
    /// <param name="profiles">What was staged: each openid at most once.</param>
    /// <param name="keepKnown">Whether an empty nickname or picture keeps the stored one.</param>
    /// <param name="cancellationToken">Ends the merge; the transaction is then unusable.</param>
    public static async Task<MergeCounts> MergeAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string appId, IReadOnlyList<FollowerProfile> profiles, bool keepKnown, CancellationToken cancellationToken)
    {
        if (profiles.Count == 0)
            return default;

        var parameters = new { appId, keepKnown };
        long changed = await connection.ExecuteAsync(new CommandDefinition(UpdateSql, parameters, transaction, cancellationToken: cancellationToken));
        long added = await connection.ExecuteAsync(new CommandDefinition(InsertSql, parameters, transaction, cancellationToken: cancellationToken));
        return new MergeCounts(added, changed, profiles.Count - added - changed);
    }

    /// <summary>Copies profiles to where <see cref="FindStagedSuspectsAsync"/> and <see cref="MergeAsync"/> find them; gone when the transaction ends.</summary>
    public static async Task StageAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<FollowerProfile> profiles, bool keepKnown, CancellationToken cancellationToken)
    {
        if (profiles.Count == 0)
            return;

        await connection.ExecuteAsync(new CommandDefinition(CreateStagingSql, transaction: transaction, cancellationToken: cancellationToken));
        await using BinaryCopy copy = await BinaryCopy.BeginAsync(connection, StageSql, cancellationToken);
        var more = new BinaryRows();
        foreach (FollowerProfile profile in profiles)
        {
            more.Truncate(0);
            more.Int32((int)profile.Missing);
            more.Int64(profile.HashFor(keepKnown));
            await CopyAsync(copy, profile, more, moreColumns: 2, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    /// <summary>Staged people whose unionid may be somebody else's: another one than stored, or one that another person of the account has.</summary>
    public static async Task<IReadOnlyList<string>> FindStagedSuspectsAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string appId, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<string>(new CommandDefinition(SuspectsSql, new { appId }, transaction, cancellationToken: cancellationToken))).AsList();

    /// <summary>People, not in the table yet, whose unionid somebody else of the account has, in the table or among them.</summary>
    /// <param name="connection">Connection of <paramref name="transaction"/>.</param>
    /// <param name="transaction">The caller's.</param>
    /// <param name="appId">Account the people follow.</param>
    /// <param name="newProfiles">The people.</param>
    /// <param name="seen">Every unionid the account has in the table; null = only the table knows.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<IReadOnlyList<string>> FindSuspectsAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string appId, IReadOnlyList<FollowerProfile> newProfiles, SeenUnionIds? seen, CancellationToken cancellationToken)
    {
        Dictionary<string, string> owners = new(newProfiles.Count, StringComparer.Ordinal);
        HashSet<string> suspects = new(StringComparer.Ordinal);
        List<string> toLookUp = new(seen is null ? newProfiles.Count : 0);
        foreach (FollowerProfile profile in newProfiles)
        {
            if (profile.UnionId is not { } unionId)
                continue;
            if (!owners.TryAdd(unionId, profile.OpenId))
                suspects.UnionWith([profile.OpenId, owners[unionId]]);
            if (seen is null || seen.MayContain(profile.UnionIdUtf8))
                toLookUp.Add(unionId);
        }

        if (toLookUp.Count == 0)
            return [.. suspects];

        ILookup<string, string> holders = await FindHoldersAsync(connection, transaction, appId, toLookUp, cancellationToken);
        suspects.UnionWith(holders.Where(h => h.Any(holder => holder != owners[h.Key])).Select(h => owners[h.Key]));
        return [.. suspects];
    }

    /// <summary>Who of the account has these unionids, by unionid.</summary>
    public static async Task<ILookup<string, string>> FindHoldersAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string appId, IReadOnlyCollection<string> unionIds, CancellationToken cancellationToken)
    {
        var command = new CommandDefinition(HoldersSql, new { appId, unionIds = unionIds.ToArray() }, transaction, cancellationToken: cancellationToken);
        return (await connection.QueryAsync<(string UnionId, string OpenId)>(command)).ToLookup(r => r.UnionId, r => r.OpenId, StringComparer.Ordinal);
    }

    /// <summary>The stored unionids of these people, by openid.</summary>
    public static async Task<Dictionary<string, string>> ReadUnionIdsAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string appId, IReadOnlyCollection<string> openIds, CancellationToken cancellationToken)
    {
        var command = new CommandDefinition(StoredUnionIdsSql, new { appId, openIds = openIds.ToArray() }, transaction, cancellationToken: cancellationToken);
        return (await connection.QueryAsync<(string OpenId, string UnionId)>(command)).ToDictionary(r => r.OpenId, r => r.UnionId, StringComparer.Ordinal);
    }

    /// <summary>Stores people who are not in the table yet, without the detour of a staging table.</summary>
    /// <returns>False when somebody was in the table after all; nothing was stored then, and the transaction goes on.</returns>
    public static async Task<bool> TryInsertNewAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string appId, IReadOnlyList<FollowerProfile> profiles, bool keepKnown, CancellationToken cancellationToken)
    {
        const string Before = "before_insert";
        DateTime now = await connection.QuerySingleAsync<DateTime>(new CommandDefinition("select now()", transaction: transaction, cancellationToken: cancellationToken));
        await transaction.SaveAsync(Before, cancellationToken);
        try
        {
            await InsertNewAsync(connection, appId, profiles, keepKnown, now, cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            await transaction.RollbackAsync(Before, cancellationToken);
            return false;
        }
    }

    private static async Task InsertNewAsync(
        NpgsqlConnection connection, string appId, IReadOnlyList<FollowerProfile> profiles, bool keepKnown, DateTime now, CancellationToken cancellationToken)
    {
        await using BinaryCopy copy = await BinaryCopy.BeginAsync(connection, InsertNewSql, cancellationToken);
        var more = new BinaryRows();
        foreach (FollowerProfile profile in profiles)
        {
            more.Truncate(0);
            more.Int64(profile.HashFor(keepKnown));
            more.Text(appId);
            more.Boolean(true);
            more.Time(now);
            more.Time(now);
            await CopyAsync(copy, profile, more, moreColumns: 5, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static async ValueTask CopyAsync(BinaryCopy copy, FollowerProfile profile, BinaryRows more, int moreColumns, CancellationToken cancellationToken)
    {
        await copy.StartRowAsync((int)ProfileColumn.UnionId + 1 + moreColumns, cancellationToken);
        copy.Append(profile.ColumnsBeforeUnionId);
        copy.AppendText(profile.UnionIdUtf8);
        copy.Append(more.Span(0, more.Length));
    }
}
