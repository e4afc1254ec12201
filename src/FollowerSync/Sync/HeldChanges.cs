using FollowerSync.Database;

namespace FollowerSync.Sync;

/// <summary>What the mass-change brake holds of an account, counted, as <c>wechat.held_changes</c> tells it person by person.</summary>
/// <param name="Leaving">People who would be marked as gone.</param>
/// <param name="UnionIds">People whose unionid would change.</param>
/// <param name="HeldSince">Since when the first of them is held; null when nobody is.</param>
/// <param name="ByScene">How they found the account.</param>
/// <param name="ByMonth">The month they followed, in Beijing.</param>
/// <param name="ByTag">Their tags; a person can have several.</param>
internal sealed record HeldChanges(
    long Leaving, long UnionIds, DateTimeOffset? HeldSince, IReadOnlyList<HeldShare> ByScene, IReadOnlyList<HeldShare> ByMonth, IReadOnlyList<HeldShare> ByTag)
{
    private const string CountSql =
        """
        select count(*) filter (where change = 'leaving'), count(*) filter (where change = 'unionid'), min(held_since),
               (select coalesce(max(run_id), 0) from wechat.sync_runs where app_id = @appId and status = 'held')
        from wechat.held_changes
        where app_id = @appId
        """;

    private const string BySceneSql =
        "select coalesce(subscribe_scene, 'unknown'), count(*) from wechat.held_changes where app_id = @appId group by 1 order by 2 desc, 1";

    private const string ByMonthSql =
        """
        select coalesce(to_char(subscribe_time at time zone interval '8 hours', 'YYYY-MM'), 'unknown'), count(*)
        from wechat.held_changes
        where app_id = @appId
        group by 1
        order by 1 desc
        """;

    private const string ByTagSql =
        """
        select coalesce(t.id || coalesce(' ' || n.name, ''), 'none'), count(*)
        from wechat.held_changes h
        left join lateral (select distinct unnest(h.tagid_list) as id) t on true
        left join wechat.tags n on n.app_id = h.app_id and n.tag_id = t.id
        where h.app_id = @appId
        group by 1
        order by 2 desc, 1
        """;

    /// <summary>How much that is.</summary>
    public HeldAmount Amount => new(NewestRunId, Leaving, UnionIds);

    /// <summary>The newest run that holds.</summary>
    public long NewestRunId { get; init; }

    /// <summary>Counts what is held of the account, and by what they have in common.</summary>
    public static async Task<HeldChanges> ReadAsync(Transaction tx, string appId)
    {
        (HeldAmount held, DateTime? since) = await CountAsync(tx, appId);
        return new HeldChanges(
            held.Leaving, held.UnionIds, since is { } moment ? new DateTimeOffset(moment) : null,
            await ReadSharesAsync(tx, BySceneSql, appId), await ReadSharesAsync(tx, ByMonthSql, appId), await ReadSharesAsync(tx, ByTagSql, appId))
        {
            NewestRunId = held.NewestRunId,
        };
    }

    /// <summary>Counts what is held of the account.</summary>
    public static async Task<(HeldAmount Held, DateTime? Since)> CountAsync(Transaction tx, string appId)
    {
        (long leaving, long unionIds, DateTime? since, long newestRunId) = await tx.ReadAsync<(long, long, DateTime?, long)>(CountSql, new { appId });
        return (new HeldAmount(newestRunId, leaving, unionIds), since);
    }

    private static async Task<IReadOnlyList<HeldShare>> ReadSharesAsync(Transaction tx, string sql, string appId) =>
        [.. (await tx.ReadAllAsync<(string Name, long People)>(sql, new { appId })).Select(row => new HeldShare(row.Name, row.People))];
}

/// <param name="Name">What they have in common.</param>
/// <param name="People">How many they are.</param>
internal sealed record HeldShare(string Name, long People);
