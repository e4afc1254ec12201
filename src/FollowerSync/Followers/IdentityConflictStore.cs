using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Writes <c>wechat.identity_conflicts</c> and <c>followersync.held_identities</c>.</summary>
internal static class IdentityConflictStore
{
    private const string RecordSql =
        """
        insert into wechat.identity_conflicts as c
            (app_id, openid, stored_unionid, answered_unionid, single_unionid, other_openid, first_seen_at, last_seen_at, run_id)
        select @appId, openid, stored, answered, single, other, now(), now(), @runId
        from unnest(@openIds::text[], @stored::text[], @answered::text[], @single::text[], @other::text[]) as t (openid, stored, answered, single, other)
        on conflict (app_id, openid) do update
        set stored_unionid = excluded.stored_unionid, answered_unionid = excluded.answered_unionid, single_unionid = excluded.single_unionid,
            other_openid = excluded.other_openid, last_seen_at = now(), run_id = excluded.run_id
        """;

    private const string HoldSql =
        """
        insert into followersync.held_identities as h (app_id, openid, run_id, unionid, held_at)
        select @appId, openid, @runId, unionid, now()
        from unnest(@openIds::text[], @unionIds::text[]) as t (openid, unionid)
        on conflict (app_id, openid) do update set unionid = excluded.unionid where h.unionid <> excluded.unionid
        """;

    private const string HeldSql = "select openid from followersync.held_identities where app_id = @appId order by openid";

    private const string ReleaseSql =
        $"""
        {NestedLoops.Off}
        with released as (
            delete from followersync.held_identities where app_id = @appId returning openid, unionid
        ), changed as materialized (
            select f.openid, f as old, {FollowerHistory.ChangedAt} as at, array['unionid'] as replaced, r.unionid
            from released r
            join unnest(@openIds::text[], @unionIds::text[]) as a (openid, unionid) on a.openid = r.openid and a.unionid = r.unionid
            join wechat.followers f on f.app_id = @appId and f.openid = r.openid and f.unionid is distinct from r.unionid
            where f.openid = any(array(select u from unnest(@openIds::text[]) u))
        ), versions as (
            {FollowerHistory.KeepVersions}
        )
        update wechat.followers f set unionid = c.unionid, profile_hash = null, changed_at = c.at
        from changed c
        where f.app_id = @appId and f.openid = c.openid and f.openid = any(array(select u from unnest(@openIds::text[]) u))
        returning f.openid
        {NestedLoops.On}
        """;

    public static Task RecordAsync(
        Transaction tx, string appId, long runId, IReadOnlyList<IdentityConflict> conflicts)
    {
        var parameters = new
        {
            appId,
            runId,
            openIds = conflicts.Select(c => c.OpenId).ToArray(),
            stored = conflicts.Select(c => c.Stored).ToArray(),
            answered = conflicts.Select(c => c.Answered).ToArray(),
            single = conflicts.Select(c => c.Single).ToArray(),
            other = conflicts.Select(c => c.OtherOpenId).ToArray(),
        };
        return conflicts.Count == 0
            ? Task.CompletedTask
            : tx.ExecuteAsync(RecordSql, parameters);
    }

    /// <summary>Keeps changed unionids for an operator to approve.</summary>
    public static Task HoldAsync(
        Transaction tx, string appId, long runId, IReadOnlyDictionary<string, string> unionIds)
    {
        var parameters = new { appId, runId, openIds = unionIds.Keys.ToArray(), unionIds = unionIds.Values.ToArray() };
        return unionIds.Count == 0
            ? Task.CompletedTask
            : tx.ExecuteAsync(HoldSql, parameters);
    }

    /// <summary>People of the account whose changed unionids are held, in the order of their openids.</summary>
    public static Task<List<string>> ReadHeldAsync(Transaction tx, string appId) => tx.ReadAllAsync<string>(HeldSql, new { appId });

    /// <summary>How many changed unionids of the account are held.</summary>
    public static Task<long> CountHeldAsync(Transaction tx, string appId) =>
        tx.ReadAsync<long>("select count(*) from followersync.held_identities where app_id = @appId", new { appId });

    /// <summary>Holds nothing any longer about people for whom WeChat answers the stored unionid again.</summary>
    public static Task LetGoAsync(Transaction tx, string appId, string[] openIds) => openIds.Length == 0 ? Task.CompletedTask
        : tx.ExecuteAsync("delete from followersync.held_identities where app_id = @appId and openid = any(@openIds)", new { appId, openIds });

    /// <summary>Stores the held unionids that WeChat still answers, and holds none any longer.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="answered">What WeChat answers now, by openid.</param>
    /// <returns>How many followers were changed.</returns>
    public static async Task<int> ReleaseAsync(Transaction tx, string appId, IReadOnlyDictionary<string, string> answered)
    {
        List<string> changed = await tx.ReadAllAsync<string>(ReleaseSql, new { appId, openIds = answered.Keys.ToArray(), unionIds = answered.Values.ToArray() });
        ChangeFeed.NoteSame(tx, appId, [.. changed], ChangeKinds.Changed, ["unionid"]);
        return changed.Count;
    }

    /// <summary>Holds nothing of the account any longer, and stores nothing of it.</summary>
    public static Task DropHeldAsync(Transaction tx, string appId) =>
        tx.ExecuteAsync("delete from followersync.held_identities where app_id = @appId", new { appId });
}
