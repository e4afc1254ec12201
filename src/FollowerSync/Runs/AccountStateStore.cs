using Dapper;
using FollowerSync.Database;

namespace FollowerSync.Runs;

/// <summary>Reads how the mirrors of all accounts stand.</summary>
internal sealed class AccountStateStore(FollowerDatabase database)
{
    // One walk through the followers, whatever the number of accounts.
    private const string Sql =
        """
        with following as (
            select app_id, count(*) filter (where subscribe) as people from wechat.followers group by app_id
        ), rejected as (
            select app_id, count(*) as openids from followersync.rejected_openids group by app_id
        ), succeeded as (
            select app_id, max(started_at) as started_at from wechat.sync_runs where status = 'succeeded' group by app_id
        )
        select a.app_id, a.name, coalesce(f.people, 0), coalesce(r.openids, 0), s.started_at
        from wechat.accounts a
        left join following f using (app_id)
        left join rejected r using (app_id)
        left join succeeded s using (app_id)
        order by a.name, a.app_id
        """;

    /// <summary>Every account that ever had a run.</summary>
    public Task<IReadOnlyList<AccountState>> ReadAsync(CancellationToken cancellationToken) => database.RunInTransactionAsync<IReadOnlyList<AccountState>>(
        async (connection, transaction, token) =>
        {
            var command = new CommandDefinition(Sql, transaction: transaction, cancellationToken: token);
            IEnumerable<(string AppId, string Name, long Followers, long Rejected, DateTime? CompleteAsOf)> rows =
                await connection.QueryAsync<(string, string, long, long, DateTime?)>(command);
            return [.. rows.Select(row => new AccountState(row.AppId, row.Name, row.Followers, row.Rejected, row.CompleteAsOf))];
        },
        cancellationToken);
}
