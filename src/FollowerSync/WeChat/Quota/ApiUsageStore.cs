using FollowerSync.Database;

namespace FollowerSync.WeChat.Quota;

/// <summary>Reads and writes the ledger of calls in <c>followersync.api_usage</c>.</summary>
internal sealed class ApiUsageStore(FollowerDatabase database)
{
    private const string TodaySql =
        """
        select coalesce(sum(calls), 0)::bigint from followersync.api_usage
        where app_id = @appId and api = @api and day = (now() at time zone interval '8 hours')::date
        """;

    private const string AddSql =
        """
        insert into followersync.api_usage as u (app_id, api, day, calls)
        select @appId, api, coalesce(day, (now() at time zone interval '8 hours')::date), calls
        from unnest(@apis::text[], @days::date[], @calls::bigint[]) as t (api, day, calls)
        on conflict (app_id, api, day) do update set calls = u.calls + excluded.calls
        """;

    private const string ReserveSql =
        """
        insert into followersync.api_usage as u (app_id, api, day, calls) values (@appId, @api, (now() at time zone interval '8 hours')::date, @count)
        on conflict (app_id, api, day) do update set calls = u.calls + excluded.calls
        returning calls - @count, day
        """;

    private const string QuotaSql =
        """
        insert into followersync.api_usage as u (app_id, api, day, calls, daily_limit, others, told_at)
        values (@appId, @api, (now() at time zone interval '8 hours')::date, 0, @limit, @others, now())
        on conflict (app_id, api, day) do update set daily_limit = excluded.daily_limit, others = excluded.others, told_at = excluded.told_at
        """;

    /// <summary>Writes calls down before they are made, so that nobody else counts on them.</summary>
    /// <returns>Calls of the API before, whoever made them, and the day in Beijing.</returns>
    public Task<(long Made, DateOnly Day)> ReserveAsync(string appId, string api, long count, CancellationToken cancellationToken) =>
        database.RunAsync(tx => tx.ReadAsync<(long, DateOnly)>(ReserveSql, new { appId, api, count }), cancellationToken);

    /// <summary>Calls of the API that this program has made for the account since midnight in Beijing.</summary>
    public Task<long> ReadTodayAsync(string appId, string api, CancellationToken cancellationToken) => database.RunAsync(
        tx => tx.ReadAsync<long>(TodaySql, new { appId, api }),
        cancellationToken);

    /// <summary>Keeps what WeChat said of the API today, for people to see.</summary>
    public Task KeepQuotaAsync(string appId, string api, DayQuota quota, CancellationToken cancellationToken) => database.RunAsync(
        tx => tx.ExecuteAsync(QuotaSql, new { appId, api, limit = quota.Limit, others = quota.Used - quota.Own }), cancellationToken);

    /// <summary>Adds calls to today's, and takes those that were reserved and not made out of the day they were reserved on, which may be over.</summary>
    /// <param name="appId">The account.</param>
    /// <param name="callsByApi">How many; negative = not made.</param>
    /// <param name="reservedOn">The day.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public Task SettleAsync(string appId, IReadOnlyDictionary<string, long> callsByApi, Func<string, DateOnly?> reservedOn, CancellationToken cancellationToken) =>
        database.RunAsync(tx => AddAsync(tx, appId, callsByApi, reservedOn), cancellationToken);

    /// <summary>Adds calls to today's.</summary>
    public static Task AddAsync(Transaction tx, string appId, IReadOnlyDictionary<string, long> callsByApi) => AddAsync(tx, appId, callsByApi, static _ => null);

    private static Task AddAsync(Transaction tx, string appId, IReadOnlyDictionary<string, long> callsByApi, Func<string, DateOnly?> reservedOn)
    {
        var parameters = new
        {
            appId,
            apis = callsByApi.Keys.ToArray(),
            days = callsByApi.Select(calls => calls.Value < 0 ? reservedOn(calls.Key) : null).ToArray(),
            calls = callsByApi.Values.ToArray(),
        };
        return callsByApi.Count == 0 ? Task.CompletedTask : tx.ExecuteAsync(AddSql, parameters);
    }
}
