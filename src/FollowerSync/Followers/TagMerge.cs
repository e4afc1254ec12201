using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Writes into <c>wechat.followers</c> the tags that whole lists tell. People are compared as sets; only rows whose tags differ are written. It
/// stores nobody, and touches nobody who does not follow.</summary>
internal static class TagMerge
{
    // A full join is hashed or merged, whatever the planner takes the tables for. Of people whose tags are not known at all a part of them would be a lie.
    private const string CompareSql =
        """
        insert into followersync.tag_differences (app_id, openid, gained, lost)
        select @appId, d.openid, coalesce(array_agg(d.tag_id) filter (where d.is_gained), '{}'), coalesce(array_agg(d.tag_id) filter (where not d.is_gained), '{}')
        from (
            select coalesce(k.openid, l.openid) as openid, coalesce(k.tag_id, l.tag_id) as tag_id, k.openid is null as is_gained
            from (
                select distinct f.openid, t.tag_id
                from wechat.followers f cross join lateral unnest(f.tagid_list) t (tag_id)
                where f.app_id = @appId and f.subscribe and t.tag_id = any(@tagIds)) k
            full join (
                select distinct openid, tag_id from followersync.tag_openids where app_id = @appId and tag_id = any(@tagIds)) l
              on l.openid = k.openid and l.tag_id = k.tag_id
            where k.openid is null or l.openid is null) d
        group by d.openid
        """;

    private const string PageSql =
        "select max(openid) from (select openid from followersync.tag_differences where app_id = @appId and openid > @after order by openid limit @size) p";

    private const string ApplySql =
        $"""
        with changed as materialized (
            select f.place, f.old, n.tagid_list, {FollowerHistory.ChangedAt} as at, array['tagid_list'] as replaced
            from (select openid, gained, lost from followersync.tag_differences where app_id = @appId and openid > @after and openid <= @through) d
            cross join lateral (
                select h.ctid as place, h as old, h.tagid_list, h.changed_at
                from wechat.followers h
                where h.app_id = @appId and h.openid = d.openid and h.subscribe and (h.tagid_list is not null or @isWhole)
                limit 1) f
            cross join lateral (
                select array(select distinct t from unnest(f.tagid_list || d.gained) t where t <> all(d.lost) order by t) as tagid_list) n
        ), versions as (
            {FollowerHistory.KeepVersions}
        )
        update wechat.followers f
        set tagid_list = c.tagid_list, profile_hash = null, changed_at = c.at
        from changed c
        where f.ctid = c.place
        returning f.openid, '{ChangeKinds.Changed}', c.replaced
        """;

    /// <summary>Finds whose tags the lists tell otherwise.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="tagIds">Tags whose lists are whole; others are left as they are.</param>
    public static Task CompareAsync(Transaction tx, string appId, int[] tagIds) => tx.ExecuteAsync(CompareSql, new { appId, tagIds });

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

        List<FollowerChange> changed = await tx.ReadAllAsync(ApplySql, new { appId, isWhole, after, through }, ChangeFeed.Read);
        ChangeFeed.Note(tx, appId, changed);
        return (through, changed.Count);
    }
}
