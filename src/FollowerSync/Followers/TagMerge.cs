using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Writes into <c>wechat.followers</c> the tags that whole lists tell. People are compared as sets; only rows whose tags differ are written. It
/// stores nobody, and touches nobody who does not follow.</summary>
internal static class TagMerge
{
    // A full join is hashed or merged, whatever the planner takes the tables for. Of people whose tags are not known at all a part of them would be a lie.
    private const string CompareSql =
        """
        with known as materialized (
            select distinct openid, unnest(tagid_list) as tag_id from wechat.followers where app_id = @appId and subscribe and tagid_list && @tagIds
        )
        insert into followersync.tag_differences (app_id, openid, gained, lost)
        select @appId, d.openid, coalesce(array_agg(d.tag_id) filter (where d.is_gained), '{}'), coalesce(array_agg(d.tag_id) filter (where not d.is_gained), '{}')
        from (
            select coalesce(k.openid, l.openid) as openid, coalesce(k.tag_id, l.tag_id) as tag_id, k.openid is null as is_gained
            from (select openid, tag_id from known where tag_id = any(@tagIds)) k
            full join (
                select distinct openid, tag_id from followersync.tag_openids where app_id = @appId and tag_id = any(@tagIds)) l
              on l.openid = k.openid and l.tag_id = k.tag_id
            where k.openid is null or l.openid is null) d
        group by d.openid
        """;

    private const string PageSql =
        "select max(openid) from (select openid from followersync.tag_differences where app_id = @appId and openid > @after order by openid limit @size) p";

    private static readonly string ApplySql = Apply(FollowerSearch.Whole);

    private static readonly string SpreadApplySql = Apply(FollowerSearch.Spread);

    /// <summary>Finds whose tags the lists tell otherwise.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="tagIds">Tags whose lists are whole; others are left as they are.</param>
    /// <returns>How many people they are.</returns>
    public static async Task<int> CompareAsync(Transaction tx, string appId, int[] tagIds)
    {
        // A commit whose answer was lost is repeated.
        await tx.ExecuteAsync("delete from followersync.tag_differences where app_id = @appId", new { appId });
        return await tx.ExecuteAsync(CompareSql, new { appId, tagIds });
    }

    /// <summary>How many people found so are there: as many as were found, or a crash has emptied the table, which is unlogged.</summary>
    public static Task<long> CountDifferentAsync(Transaction tx, string appId) =>
        tx.ReadAsync<long>("select count(*) from followersync.tag_differences where app_id = @appId", new { appId });

    /// <summary>Changes the next people found so, in the order of their openids.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="isWhole">Whether the lists are those of all tags.</param>
    /// <param name="after">The people behind this openid.</param>
    /// <param name="size">How many at most.</param>
    /// <returns>The last of them, null = nobody is left; and how many were changed.</returns>
    public static async Task<(string? Through, int Changed)> ApplyAsync(Transaction tx, string appId, bool isWhole, string after, int size)
    {
        string? through = await tx.ReadOrDefaultAsync<string?>(PageSql, new { appId, after, size });
        if (through is null)
            return (null, 0);

        List<FollowerChange> changed = await tx.ReadAllAsync(tx.IsSpread ? SpreadApplySql : ApplySql, new { appId, isWhole, after, through }, ChangeFeed.Read);
        ChangeFeed.Note(tx, appId, changed);
        return (through, changed.Count);
    }

    private static string Apply(FollowerSearch search) =>
        $"""
        {search.Begin}
        with different as (
            select openid, gained, lost from followersync.tag_differences where app_id = @appId and openid > @after and openid <= @through
        ), found as materialized (
            select {search.Place}, {search.Old} as old, {FollowerHistory.ChangedAt} as at, d.gained, d.lost
            from different d
            {search.Join("d", "h.changed_at, h.subscribe, h.tagid_list")}
            where {search.Among("different")} and f.subscribe and (f.tagid_list is not null or @isWhole)
        ), changed as materialized (
            select {search.Place}, f.old, f.at, array['tagid_list'] as replaced,
                   array(select distinct t from unnest((f.old).tagid_list || f.gained) t where t <> all(f.lost) order by t) as tagid_list
            from found f
        ), versions as (
            {FollowerHistory.KeepVersions}
        )
        update wechat.followers f
        set tagid_list = c.tagid_list, profile_hash = null, changed_at = c.at
        from changed c
        where {search.Same}
        returning f.openid, '{ChangeKinds.Changed}', c.replaced
        {search.End}
        """;
}
