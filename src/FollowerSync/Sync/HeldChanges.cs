using FollowerSync.Database;

namespace FollowerSync.Sync;

/// <summary>What the mass-change brake holds of an account, counted; <c>wechat.held_changes</c> tells it person by person.</summary>
/// <param name="Amount">How much it is.</param>
/// <param name="HeldSince">Since when the first of them is held; null when nobody is.</param>
/// <param name="Shares">What they have in common.</param>
internal sealed record HeldChanges(HeldAmount Amount, DateTimeOffset? HeldSince, HeldShares Shares)
{
    // Of the tables themselves and not of the view, which looks everybody up among the followers.
    private const string CountSql =
        """
        select c.people, i.people, least(c.since, i.since), (select coalesce(max(run_id), 0) from wechat.sync_runs where app_id = @appId and status = 'held')
        from (select count(*) as people, min(held_since) as since from followersync.unfollow_candidates where app_id = @appId and held_since is not null) c,
             (select count(*) as people, min(held_at) as since from followersync.held_identities where app_id = @appId) i
        """;

    private const string SharesSql =
        """
        select l.held::text, r.finished_at
        from wechat.sync_runs r
        left join followersync.listings l on l.listing_id = r.listing_id
        where r.app_id = @appId and r.status = 'held'
        order by r.run_id desc
        limit 1
        """;

    /// <summary>When the shares were counted: at the end of the newest run that holds. Who came back since is still among them; null = nothing is held.</summary>
    public DateTimeOffset? CountedAt { get; init; }

    /// <summary>What is held of the account. Reads no follower.</summary>
    public static async Task<HeldChanges> ReadAsync(Transaction tx, string appId)
    {
        (HeldAmount held, DateTime? since) = await CountAsync(tx, appId);
        (string? shares, DateTime? countedAt) = await tx.ReadOrDefaultAsync<(string?, DateTime?)>(SharesSql, new { appId });
        return new HeldChanges(held, Moment(since), HeldShares.OfJson(shares)) { CountedAt = Moment(countedAt) };
    }

    /// <summary>Counts what is held of the account. Reads no follower.</summary>
    public static async Task<(HeldAmount Held, DateTime? Since)> CountAsync(Transaction tx, string appId)
    {
        (long leaving, long unionIds, DateTime? since, long newestRunId) = await tx.ReadAsync<(long, long, DateTime?, long)>(CountSql, new { appId });
        return (new HeldAmount(newestRunId, leaving, unionIds), since);
    }

    private static DateTimeOffset? Moment(DateTime? moment) => moment is { } known ? new DateTimeOffset(known) : null;
}
