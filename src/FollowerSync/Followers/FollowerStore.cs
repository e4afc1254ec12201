using FollowerSync.Database;
using FollowerSync.Followers.Encoding;
using Npgsql;

namespace FollowerSync.Followers;

/// <summary>Writes <c>wechat.followers</c>: copies profiles into a staging table and merges them in two set-based statements that touch only what changed.</summary>
/// <remarks>Not <c>insert … on conflict do update</c>: that locks, and so writes, every row it then leaves unchanged. Only the holder of the
/// account's lease inserts its followers, so there is nobody to conflict with.</remarks>
internal static class FollowerStore
{
    private static readonly string CreateStagingSql =
        $"""
        create temporary table staged_profiles (
            {ProfileColumns.Join(", ", ProfileColumns.All, column => $"{ProfileColumns.NameOf(column)} {ProfileColumns.TypeOf(column)}")},
            missing int not null, profile_hash bigint
        ) on commit drop
        """;

    private static readonly string StageSql = $"copy staged_profiles ({ProfileColumns.Names}, missing, profile_hash) from stdin (format binary)";

    private static readonly string InsertNewSql =
        $"copy wechat.followers ({ProfileColumns.Names}, profile_hash, app_id, subscribe, first_seen_at, changed_at, answered_at) from stdin (format binary)";

    private static readonly string UpdateSql = Update(FollowerSearch.Whole);

    private static readonly string SpreadUpdateSql = Update(FollowerSearch.Spread);

    private static readonly string InsertSql = Insert(
        with: "", "left join lateral (select openid from wechat.followers where app_id = @appId and openid = s.openid limit 1) k on true");

    private static readonly string SpreadInsertSql =
        $"""
        {NestedLoops.Off}
        {Insert("with known as materialized (select openid from wechat.followers where app_id = @appId and openid = any(array(select openid from staged_profiles)))", "left join known k on k.openid = s.openid")}
        {NestedLoops.On}
        """;

    // Few, so that the copy need not have the two columns: WeChat gives nearly everybody a time.
    private const string BoundSql =
        $"""
        {NestedLoops.Off}
        with {FollowerHistory.LastList}, g as materialized (
            select openid from wechat.followers where app_id = @appId and openid = any(array(select u from unnest(@openIds::text[]) u)) and first_seen_at = now() and subscribe_time is null
        ), bound as materialized (
            select g.openid, {FollowerHistory.NotYetFollowedAt} as followed_after from g
        )
        update wechat.followers f
        set followed_after = b.followed_after, followed_before = f.first_seen_at
        from bound b
        where f.app_id = @appId and f.openid = b.openid and f.openid = any(array(select openid from bound))
        returning f.openid
        {NestedLoops.On}
        """;

    // Rows whose stored unionid is the answered one are the rule and are told apart first, by the key they are joined with anyway.
    private const string SuspectsSql =
        $"""
        {NestedLoops.Off}
        with known as materialized (
            select openid, unionid from wechat.followers where app_id = @appId and openid = any(array(select openid from staged_profiles))
        ), changed as materialized (
            select s.openid, s.unionid, k.unionid as stored
            from staged_profiles s
            left join known k on k.openid = s.openid
            where s.unionid is not null and s.unionid is distinct from k.unionid
        ), holders as materialized (
            select unionid, openid from wechat.followers where unionid = any(array(select unionid from changed)) and (app_id = @appId) is true
        )
        select openid from changed where stored is not null
        union
        select c.openid from changed c join holders h on h.unionid = c.unionid and h.openid <> c.openid
        union
        select unnest(array_agg(s.openid))
        from staged_profiles s
        where s.unionid is not null
        group by s.unionid
        having count(*) > 1
        {NestedLoops.On}
        """;

    // One index lookup a unionid, whatever statistics the table has: in an array that a subquery makes, and app_id written so that no other index fits.
    private const string HoldersSql =
        """
        select unionid, openid from wechat.followers where unionid = any(array(select u from unnest(@unionIds) u)) and (app_id = @appId) is true
        """;

    private const string StoredUnionIdsSql =
        "select openid, unionid from wechat.followers where app_id = @appId and openid = any(@openIds) and unionid is not null";

    /// <summary>Stores the staged people, whom WeChat answered as following. Repeatable: the same profiles again change nothing.</summary>
    /// <param name="tx">The caller's; the caller commits.</param>
    /// <param name="appId">Account the people follow.</param>
    /// <param name="profiles">What was staged: each openid at most once.</param>
    /// <param name="keepKnown">Whether an empty nickname or picture keeps the stored one.</param>
    /// <param name="answeredAt">When the first of the answers was asked for.</param>
    public static async Task<MergeCounts> MergeAsync(
        Transaction tx, string appId, IReadOnlyList<FollowerProfile> profiles, bool keepKnown, DateTimeOffset answeredAt)
    {
        if (profiles.Count == 0)
            return default;

        var parameters = new { appId, keepKnown, answeredAt };
        List<FollowerChange> changed = await tx.ReadAllAsync(tx.IsSpread ? SpreadUpdateSql : UpdateSql, parameters, ChangeFeed.Read);
        ChangeFeed.Note(tx, appId, changed);
        List<string> added = await tx.ReadAllAsync<string>(tx.IsSpread ? SpreadInsertSql : InsertSql, parameters);
        ChangeFeed.NoteSame(tx, appId, [.. added], ChangeKinds.Added);
        if (added.Count > 0)
            await BoundAsync(tx, appId, profiles);
        return new MergeCounts(added.Count, changed.Count, profiles.Count - added.Count - changed.Count);
    }

    /// <summary>Copies profiles to where <see cref="FindStagedSuspectsAsync"/> and <see cref="MergeAsync"/> find them; gone when the transaction ends.</summary>
    public static async Task StageAsync(
        Transaction tx, IReadOnlyList<FollowerProfile> profiles, bool keepKnown)
    {
        if (profiles.Count == 0)
            return;

        await tx.ExecuteAsync(CreateStagingSql);
        await using BinaryCopy copy = await BinaryCopy.BeginAsync(tx, StageSql);
        var more = new BinaryRows();
        foreach (FollowerProfile profile in profiles)
        {
            more.Truncate(0);
            more.Int32((int)profile.Missing);
            more.Int64(profile.HashFor(keepKnown));
            await CopyAsync(copy, profile, more, moreColumns: 2);
        }

        await copy.CompleteAsync();
    }

    /// <summary>Staged people whose unionid may be somebody else's: another one than stored, or one that another person of the account has.</summary>
    public static async Task<IReadOnlyList<string>> FindStagedSuspectsAsync(
        Transaction tx, string appId) =>
        await tx.ReadAllAsync<string>(SuspectsSql, new { appId });

    /// <summary>Who of the account has these unionids, by unionid.</summary>
    public static async Task<ILookup<string, string>> FindHoldersAsync(
        Transaction tx, string appId, IReadOnlyCollection<string> unionIds)
    {
        return (await tx.ReadAllAsync<(string UnionId, string OpenId)>(HoldersSql, new { appId, unionIds = unionIds.ToArray() })).ToLookup(r => r.UnionId, r => r.OpenId, StringComparer.Ordinal);
    }

    /// <summary>The stored unionids of these people, by openid.</summary>
    public static async Task<Dictionary<string, string>> ReadUnionIdsAsync(
        Transaction tx, string appId, IReadOnlyCollection<string> openIds)
    {
        return (await tx.ReadAllAsync<(string OpenId, string UnionId)>(StoredUnionIdsSql, new { appId, openIds = openIds.ToArray() })).ToDictionary(r => r.OpenId, r => r.UnionId, StringComparer.Ordinal);
    }

    /// <summary>Stores people who are not in the table yet, without the detour of a staging table.</summary>
    /// <returns>False when somebody was in the table after all; nothing was stored then, and the transaction goes on.</returns>
    public static async Task<bool> TryInsertNewAsync(
        Transaction tx, string appId, IReadOnlyList<FollowerProfile> profiles, bool keepKnown, DateTimeOffset answeredAt)
    {
        DateTimeOffset now = await tx.ReadAsync<DateTimeOffset>("select now()");
        if (!await tx.TryAsync(() => InsertNewAsync(tx, appId, profiles, keepKnown, now, answeredAt), PostgresErrorCodes.UniqueViolation))
            return false;
        await BoundAsync(tx, appId, profiles);
        ChangeFeed.NoteSame(tx, appId, [.. profiles.Select(p => p.OpenId)], ChangeKinds.Added);
        return true;
    }

    /// <summary>Says of those just stored whom WeChat gave no time for that they followed by now.</summary>
    private static async Task BoundAsync(Transaction tx, string appId, IReadOnlyList<FollowerProfile> profiles)
    {
        string[] openIds = [.. profiles.Where(p => p.Missing.HasFlag(ProfileFields.SubscribeTime) && p.SubscribeTime is null).Select(p => p.OpenId)];
        if (openIds.Length > 0)
            await tx.ExecuteAsync(BoundSql, new { appId, openIds });
    }

    private static async Task InsertNewAsync(
        Transaction tx, string appId, IReadOnlyList<FollowerProfile> profiles, bool keepKnown, DateTimeOffset now, DateTimeOffset answeredAt)
    {
        await using BinaryCopy copy = await BinaryCopy.BeginAsync(tx, InsertNewSql);
        var more = new BinaryRows();
        foreach (FollowerProfile profile in profiles)
        {
            more.Truncate(0);
            more.Int64(profile.HashFor(keepKnown));
            more.Text(appId);
            more.Boolean(true);
            more.Time(now);
            more.Time(now);
            more.Time(answeredAt);
            await CopyAsync(copy, profile, more, moreColumns: 6);
        }

        await copy.CompleteAsync();
    }

    private static async ValueTask CopyAsync(BinaryCopy copy, FollowerProfile profile, BinaryRows more, int moreColumns)
    {
        await copy.StartRowAsync(ProfileColumns.All.Count + moreColumns);
        copy.Append(profile.ColumnsBeforeUnionId);
        copy.AppendText(profile.UnionIdUtf8);
        copy.Append(more.Span(0, more.Length));
    }

    private static string Update(FollowerSearch search) =>
        $"""
        {search.Begin}
        with changed as materialized (
            select {search.Place}, {search.Old} as old, w.*, {FollowerHistory.ChangedAt} as at,
                   array_remove(array[case when not f.subscribe then 'subscribe' end,
                       {EachChanging(",", name => $"case when f.{name} is distinct from w.{name} then '{name}' end")}], null) as replaced
            from staged_profiles s
            {search.Join("s", "h.*")}
            cross join lateral (select {ProfileColumns.Join(", ", ProfileColumns.Changing, Kept)}, s.profile_hash) w
            where {search.Among("staged_profiles")}
              and (f.subscribe, {EachChanging(", ", name => $"f.{name}")}) is distinct from (true, {EachChanging(", ", name => $"w.{name}")})
        ), versions as (
            {FollowerHistory.KeepVersions}
        ), episodes as (
            {FollowerHistory.KeepEpisodes}
        ), told as (
            {FollowerHistory.TellEpisodes}
        )
        update wechat.followers f
        set subscribe = true, {EachChanging(", ", name => $"{name} = c.{name}")},
            profile_hash = c.profile_hash, changed_at = c.at, answered_at = @answeredAt, unfollowed_after = null, unfollowed_before = null,
            unfollow_source = null, first_followed_at = {FollowerHistory.FirstFollowedAt},
            followed_after = {FollowerHistory.FollowedAfter}, followed_before = {FollowerHistory.FollowedBefore}
        from changed c
        where {search.Same}
        returning {ChangeFeed.MergeReturning}
        {search.End}
        """;

    private static string Insert(string with, string known) =>
        $"""
        {with}
        insert into wechat.followers (app_id, subscribe, first_seen_at, changed_at, answered_at, profile_hash, {ProfileColumns.Names})
        select @appId, true, now(), now(), @answeredAt, s.profile_hash, {ProfileColumns.Join(", ", ProfileColumns.All, column => $"s.{ProfileColumns.NameOf(column)}")}
        from staged_profiles s
        {known}
        where k.openid is null
        returning openid
        """;

    private static string EachChanging(string separator, Func<string, string> piece) =>
        ProfileColumns.Join(separator, ProfileColumns.Changing, column => piece(ProfileColumns.NameOf(column)));

    // Tags are a set: in which order an answer, or a list of the people who have one, brings them is no change.
    private const string SameTags = "cardinality(f.tagid_list) = cardinality(s.tagid_list) and f.tagid_list @> s.tagid_list and f.tagid_list <@ s.tagid_list";

    /// <summary>What a column of a staged row becomes: a field whose key was missing keeps what is stored, an absent unionid too, and with
    /// <c>@keepKnown</c> an empty nickname. An empty picture beside a nickname means that there is no picture.</summary>
    private static string Kept(ProfileColumn column)
    {
        string name = ProfileColumns.NameOf(column);
        string value = (column, ProfileColumns.FlagOf(column)) switch
        {
            (ProfileColumn.Nickname, ProfileFields flag) => FormattableString.Invariant(
                $"case when s.missing & {(int)flag} <> 0 then f.nickname when @keepKnown then coalesce(s.nickname, f.nickname) else s.nickname end"),
            (ProfileColumn.HeadImgUrl, ProfileFields flag) => FormattableString.Invariant(
                $"case when s.missing & {(int)flag} <> 0 then f.headimgurl when @keepKnown and s.nickname is null then coalesce(s.headimgurl, f.headimgurl) else s.headimgurl end"),
            (ProfileColumn.TagIdList, ProfileFields flag) => FormattableString.Invariant(
                $"case when s.missing & {(int)flag} <> 0 or {SameTags} then f.{name} else s.{name} end"),
            (_, ProfileFields.None) => $"coalesce(s.{name}, f.{name})",
            (_, ProfileFields flag) => FormattableString.Invariant($"case when s.missing & {(int)flag} = 0 then s.{name} else f.{name} end"),
        };
        return $"{value} as {name}";
    }
}
