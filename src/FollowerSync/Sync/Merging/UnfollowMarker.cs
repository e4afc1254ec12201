using Dapper;
using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Leases;
using FollowerSync.Runs;
using Npgsql;

namespace FollowerSync.Sync.Merging;

/// <summary>Marks as gone whoever two witnesses say is gone, all of a round at once; or nobody, when they are too many to believe.</summary>
internal sealed class UnfollowMarker(FollowerDatabase database, RunLease lease, IdentityGuard identities, RunTally tally, double brakePercent)
{
    /// <summary>Fewer people than this never pull the brake.</summary>
    private const long AlwaysAllowed = 50;

    private const string CandidatesSql =
        "select count(*) from followersync.unfollow_candidates c where c.app_id = @appId and c.answered_at is not null";

    private const string FollowingSql = "select count(*) from wechat.followers f where f.app_id = @appId and f.subscribe";

    // The person was known to follow when the row was last written, and when the last finished round began; the later of the two counts.
    private const string MarkSql =
        $"""
        with gone as (
            delete from followersync.unfollow_candidates c
            where c.app_id = @appId and c.answered_at is not null
            returning c.openid, c.answered_at, c.witness
        ), last_round as (
            select max(started_at) as started_at from followersync.listings where app_id = @appId and status = 'done'
        ), changed as materialized (
            select f.place, f.old, {FollowerHistory.ChangedAt} as at, array['subscribe'] as replaced,
                   greatest(f.changed_at, r.started_at) as unfollowed_after, g.answered_at, g.witness
            from gone g
            cross join last_round r
            cross join lateral (
                select h.ctid as place, h as old, h.changed_at
                from wechat.followers h
                where h.app_id = @appId and h.openid = g.openid and h.subscribe
                limit 1) f
        ), versions as (
            {FollowerHistory.KeepVersions}
        )
        update wechat.followers f
        set subscribe = false, changed_at = c.at, unfollowed_after = c.unfollowed_after, unfollowed_before = c.answered_at,
            unfollow_source = case c.witness when 'listing' then 'listing' else 'answer' end
        from changed c
        where f.ctid = c.place
        """;

    /// <summary>Marks the account's answered candidates, in a transaction of the caller's.</summary>
    public static Task<int> MarkAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, string appId, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(Command(MarkSql, appId, transaction, cancellationToken));

    /// <summary>Marks the round's candidates.</summary>
    /// <returns>Null; or, when the brake holds them, how many it holds and why.</returns>
    public async Task<string?> MarkAsync(CancellationToken cancellationToken)
    {
        long marked = 0;
        string? held = await database.RunInTransactionAsync(
            async (connection, transaction, token) =>
            {
                long candidates = await connection.QuerySingleAsync<long>(Command(CandidatesSql, lease.AppId, transaction, token));
                if (identities.HeldCount > 0)
                    return $"{identities.HeldCount} unionids would change, more than the {IdentityGuard.ChangeLimit} a run may change. They were left as they are, and nobody was marked as gone";

                // Counting thirty million is worth it only when it can decide something.
                long following = candidates > AlwaysAllowed
                    ? await connection.QuerySingleAsync<long>(Command(FollowingSql, lease.AppId, transaction, token)) : 0;
                if (candidates > Math.Max(AlwaysAllowed, following * brakePercent / 100))
                    return $"{candidates} of {following} followers would be marked as gone, more than Sync:UnfollowBrakePercent ({brakePercent} %) allows. Nobody was marked";

                if (candidates > 0)
                {
                    marked = await MarkAsync(connection, transaction, lease.AppId, token);
                    await SyncRunStore.SaveProgressAsync(connection, transaction, tally.Run with { Unsubscribed = tally.Run.Unsubscribed + marked }, token);
                }

                await lease.ProveAsync(connection, transaction, token);
                return null;
            },
            cancellationToken);
        tally.Unsubscribed(marked);
        return held;
    }

    private static CommandDefinition Command(string sql, string appId, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        new(sql, new { appId }, transaction, commandTimeout: 0, cancellationToken: cancellationToken);
}
