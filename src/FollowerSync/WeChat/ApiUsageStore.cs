using Dapper;
using FollowerSync.Database;

namespace FollowerSync.WeChat;

/// <summary>Reads the ledger of calls in <c>followersync.api_usage</c>.</summary>
internal sealed class ApiUsageStore(FollowerDatabase database)
{
    private const string TodaySql =
        """
        select coalesce(sum(calls), 0)::bigint from followersync.api_usage
        where app_id = @appId and api = @api and day = (now() at time zone 'Asia/Shanghai')::date
        """;

    /// <summary>Calls of the API that this program has made for the account since midnight in Beijing.</summary>
    public Task<long> ReadTodayAsync(string appId, string api, CancellationToken cancellationToken) => database.RunInTransactionAsync(
        (connection, transaction, token) => connection.QuerySingleAsync<long>(
            new CommandDefinition(TodaySql, new { appId, api }, transaction, cancellationToken: token)),
        cancellationToken);
}
