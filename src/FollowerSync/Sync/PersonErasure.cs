using Dapper;
using FollowerSync.Database;
using Npgsql;

namespace FollowerSync.Sync;

/// <summary>Deletes all that is stored about people, in every table. A later listing of the same person starts anew.</summary>
internal sealed class PersonErasure(FollowerDatabase database, RunLeases leases)
{
    // Accounts the openids are known in, wherever anything about them stands.
    private const string FindSql =
        """
        select app_id, openid from wechat.followers where openid = any(@openIds)
        union
        select app_id, openid from wechat.follower_versions where openid = any(@openIds)
        union
        select app_id, openid from wechat.past_episodes where openid = any(@openIds)
        union
        select app_id, openid from wechat.identity_conflicts where openid = any(@openIds)
        union
        select app_id, openid from followersync.rejected_openids where openid = any(@openIds)
        """;

    // Places in the order of openids that were the person's move to just before it, to a text that is nobody's.
    private const string EraseSql =
        """
        with f as (delete from wechat.followers where app_id = @appId and openid = any(@openIds) returning 1),
             v as (delete from wechat.follower_versions where app_id = @appId and openid = any(@openIds) returning 1),
             e as (delete from wechat.past_episodes where app_id = @appId and openid = any(@openIds) returning 1),
             c as (delete from wechat.identity_conflicts where app_id = @appId and (openid = any(@openIds) or other_openid = any(@openIds)) returning 1),
             r as (delete from followersync.rejected_openids where app_id = @appId and openid = any(@openIds) returning 1),
             u as (delete from followersync.unfollow_candidates where app_id = @appId and openid = any(@openIds) returning 1),
             h as (delete from followersync.held_identities where app_id = @appId and openid = any(@openIds) returning 1),
             l as (delete from followersync.listing_openids where openid = any(@openIds)
                   and listing_id in (select listing_id from followersync.listings where app_id = @appId) returning 1),
             k as (update followersync.listings set
                       next_openid = case when next_openid = any(@openIds) then null else next_openid end,
                       previous_openid = case when previous_openid = any(@openIds) then null else previous_openid end,
                       asked_through = case when asked_through = any(@openIds) then left(asked_through, -1) else asked_through end,
                       status = case when status = 'open' and next_openid = any(@openIds) then 'dropped' else status end
                   where app_id = @appId and (next_openid = any(@openIds) or previous_openid = any(@openIds) or asked_through = any(@openIds)) returning 1),
             n as (update followersync.confirmations set last_openid = left(last_openid, -1)
                   where app_id = @appId and last_openid = any(@openIds) returning 1),
             o as (update followersync.rotations set asked_through = left(asked_through, -1)
                   where app_id = @appId and asked_through = any(@openIds) returning 1)
        select (select count(*) from f) + (select count(*) from v) + (select count(*) from e) + (select count(*) from c) + (select count(*) from r)
             + (select count(*) from u) + (select count(*) from h) + (select count(*) from l) + (select count(*) from k) + (select count(*) from n)
             + (select count(*) from o)
        """;

    private const string LogSql =
        """
        insert into followersync.deletions (app_id, deleted_at, reason, people, rows) values (@appId, now(), @reason, @people, @rows)
        """;

    /// <summary>Deletes people, at once and everywhere.</summary>
    /// <param name="openIds">Their openids.</param>
    /// <param name="cancellationToken">Ends the deletion; the accounts done by then stay done.</param>
    /// <returns>How many rows were deleted.</returns>
    /// <exception cref="UnknownPersonException">One of the openids stands nowhere; nothing was deleted.</exception>
    /// <exception cref="RunActiveException">A run of the account is active.</exception>
    public async Task<long> ForgetAsync(IReadOnlyList<string> openIds, CancellationToken cancellationToken)
    {
        (string AppId, string OpenId)[] found = await database.RunInTransactionAsync(
            async (connection, transaction, token) => (await connection.QueryAsync<(string, string)>(
                new CommandDefinition(FindSql, new { openIds = openIds.ToArray() }, transaction, cancellationToken: token))).ToArray(),
            cancellationToken);
        string[] unknown = [.. openIds.Except(found.Select(f => f.OpenId), StringComparer.Ordinal)];
        if (unknown.Length > 0)
            throw new UnknownPersonException($"Nothing is stored about {string.Join(", ", unknown)}. Nobody was forgotten.");

        long rows = 0;
        foreach (IGrouping<string, string> account in found.GroupBy(f => f.AppId, f => f.OpenId, StringComparer.Ordinal))
        {
            await using RunLease lease = await leases.AcquireAsync(account.Key, cancellationToken);
            rows += await database.RunInTransactionAsync(
                async (connection, transaction, token) =>
                {
                    long erased = await EraseAsync(connection, transaction, account.Key, [.. account], "forget", token);
                    await lease.ProveAsync(connection, transaction, token);
                    return erased;
                },
                cancellationToken);
        }

        return rows;
    }

    private static async Task<long> EraseAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string appId, string[] openIds, string reason, CancellationToken cancellationToken)
    {
        long rows = await connection.QuerySingleAsync<long>(new CommandDefinition(EraseSql, new { appId, openIds }, transaction, commandTimeout: 0, cancellationToken: cancellationToken));
        await connection.ExecuteAsync(new CommandDefinition(LogSql, new { appId, reason, people = openIds.Length, rows }, transaction, cancellationToken: cancellationToken));
        return rows;
    }
}

/// <summary>Nothing is stored about somebody who is named; the message says about whom.</summary>
internal sealed class UnknownPersonException(string message) : Exception(message);
