using FollowerSync.Database;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat.Quota;

/// <summary>Writes <c>followersync.api_stops</c>, so that a spent quota or a fault that a person must mend is remembered across runs and restarts.</summary>
internal sealed class ApiStopStore(FollowerDatabase database, TimeProvider time)
{

    /// <summary>WeChat is said to count days from midnight in Beijing; a few minutes later everybody else's rush is over, too.</summary>
    private static readonly TimeSpan AfterMidnight = TimeSpan.FromMinutes(5);

    private const string ReadSql =
        "select api, stopped_at as stoppedat, until, reason from followersync.api_stops where app_id = @appId and until > now() order by until desc";

    private const string StopSql =
        """
        insert into followersync.api_stops as s (app_id, api, stopped_at, until, reason) values (@appId, @api, now(), @until, @reason)
        on conflict (app_id, api) do update set stopped_at = excluded.stopped_at, until = excluded.until, reason = excluded.reason
        """;

    /// <summary>The stops of the account that hold now.</summary>
    public Task<IReadOnlyList<ApiStop>> ReadAsync(string appId, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<ApiStop>>(
        async tx => await tx.ReadAllAsync<ApiStop>(ReadSql, new { appId }),
        cancellationToken);

    /// <summary>Remembers what the failure asks to be left alone; nothing for a failure that asks for nothing.</summary>
    public Task RememberAsync(string appId, WeChatApiException failure, CancellationToken cancellationToken)
    {
        (string Api, DateTimeOffset Until)? stop = failure switch
        {
            { ErrorCode: null } => null,
            { Reaction: Reaction.QuotaSpent } => (failure.Api, NextBeijingDay()),
            { Reaction: Reaction.StopAccount } => (ApiStop.All, time.GetUtcNow() + failure.Due.LookAgainAfter),
            _ => null,
        };
        return stop is not { } due
            ? Task.CompletedTask
            : database.RunAsync(
                tx => tx.ExecuteAsync(StopSql, new { appId, api = due.Api, until = due.Until, reason = failure.Message }),
                cancellationToken);
    }

    /// <summary>Forgets the account's stops: it has been called and answered.</summary>
    public Task ForgetAsync(string appId, CancellationToken cancellationToken) => database.RunAsync(
        tx => tx.ExecuteAsync("delete from followersync.api_stops where app_id = @appId", new { appId }),
        cancellationToken);

    private DateTimeOffset NextBeijingDay()
    {
        TimeSpan jitter = TimeSpan.FromSeconds(Random.Shared.Next(0, 600));
        return BeijingDay.Next(time.GetUtcNow(), TimeSpan.Zero) + AfterMidnight + jitter;
    }
}
