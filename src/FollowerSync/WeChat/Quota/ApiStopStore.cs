using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Languages;
using FollowerSync.Nodes;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat.Quota;

/// <summary>Writes <c>followersync.api_stops</c>, so that a spent quota or a fault that a person must mend is remembered across runs and restarts.</summary>
internal sealed class ApiStopStore(FollowerDatabase database, AccountSecrets secrets)
{
    /// <summary>WeChat is said to count days from midnight in Beijing; a few minutes later everybody else's rush is over, too.</summary>
    private static readonly TimeSpan AfterMidnight = TimeSpan.FromMinutes(5);

    private const string ReadSql =
        $"""
        select s.app_id, s.api, s.stopped_at, s.until, s.reason, s.secret
        from followersync.api_stops s
        where s.app_id = @appId and s.host in ('', @host) and {ApiStopSql.Holds}
        order by s.until desc
        """;

    private const string RefusedHereSql =
        $"""
        select exists (
            select 1 from (select @appId::text) a (app_id)
            join followersync.api_stops s on s.app_id = a.app_id and s.host = @host and {ApiStopSql.Holds}
            join followersync.nodes own on own.host = s.host and own.process = @process
            where {ApiStopSql.AnotherFires})
        """;

    private const string LeftSql = $"select distinct own.node from (select @appId::text) a (app_id), followersync.nodes own where {ApiStopSql.AnotherFires}";

    private const string StopSql =
        """
        insert into followersync.api_stops as s (app_id, api, host, stopped_at, until, reason, secret)
        values (@appId, @api, @ofHost, now(), coalesce(now() + @lookAgainAfter::interval,
                (date_trunc('day', now() at time zone 'Asia/Shanghai') + interval '1 day' + @afterMidnight) at time zone 'Asia/Shanghai'), @reason, @secret)
        on conflict (app_id, api, host) do update set stopped_at = excluded.stopped_at, until = excluded.until, reason = excluded.reason, secret = excluded.secret
        """;

    /// <summary>The stops of the account that hold now. One for a refused secret is over once there is another, which is looked for.</summary>
    public async Task<IReadOnlyList<ApiStop>> ReadAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        List<Row> rows = await ReadRowsAsync(account.AppId, cancellationToken);
        return [.. rows.Where(row => row.Secret is null || !secrets.HasAnother(account, row.Secret)).Select(row => row.Stop)];
    }

    /// <summary>Likewise of an account that the settings do not name.</summary>
    public async Task<IReadOnlyList<ApiStop>> ReadAsync(string appId, CancellationToken cancellationToken) =>
        [.. (await ReadRowsAsync(appId, cancellationToken)).Select(row => row.Stop)];

    /// <summary>Whether WeChat refuses this machine's address for the account, and a node of this cluster with the same accounts lives on another that it has not refused.</summary>
    public Task<bool> IsRefusedHereAsync(string appId, CancellationToken cancellationToken) => database.RunAsync(
        tx => tx.ReadAsync<bool>(RefusedHereSql, new { appId, host = ProcessIdentity.Host, process = ProcessIdentity.Current }), cancellationToken);

    /// <summary>Names of the nodes whose work another one does where WeChat refuses their address for the account.</summary>
    public Task<List<string>> FindReplaceableAsync(string appId, CancellationToken cancellationToken) =>
        database.RunAsync(tx => tx.ReadAllAsync<string>(LeftSql, new { appId }), cancellationToken);

    /// <summary>Remembers what the failure asks to be left alone; nothing for a failure that asks for nothing.</summary>
    public Task RememberAsync(AccountOptions account, WeChatApiException failure, CancellationToken cancellationToken)
    {
        string api = failure.Reaction == Reaction.StopAccount ? ApiStop.All : failure.Api;
        var parameters = new
        {
            appId = account.AppId,
            api,
            // Other machines have other addresses.
            ofHost = failure.CallerAddress is null ? "" : ProcessIdentity.Host,
            lookAgainAfter = api == ApiStop.All ? failure.Due.LookAgainAfter : (TimeSpan?)null,
            afterMidnight = AfterMidnight + TimeSpan.FromSeconds(Random.Shared.Next(0, 600)),
            reason = failure.Text,
            secret = failure.Due.IsSetting ? secrets.FingerprintOf(account) : null,
        };
        return !failure.AsksToBeLeftAlone ? Task.CompletedTask : database.RunAsync(
            async tx =>
            {
                await tx.ExecuteAsync(StopSql, parameters);
                if (failure.CallerAddress is { } address)
                    await NodeStore.SeenFromAsync(tx, address);
            },
            cancellationToken);
    }

    /// <summary>Forgets the account's stops: it has been called and answered.</summary>
    public Task ForgetAsync(string appId, CancellationToken cancellationToken) => database.RunAsync(
        tx => tx.ExecuteAsync("delete from followersync.api_stops where app_id = @appId and host in ('', @host)", new { appId, host = ProcessIdentity.Host }),
        cancellationToken);

    /// <summary>Forgets those for a refused secret: the one there is now is taken.</summary>
    public Task ForgetSecretAsync(AccountOptions account, CancellationToken cancellationToken) => database.RunAsync(
        tx => tx.ExecuteAsync("delete from followersync.api_stops where app_id = @appId and secret is not null", new { appId = account.AppId }),
        cancellationToken);

    private Task<List<Row>> ReadRowsAsync(string appId, CancellationToken cancellationToken) =>
        database.RunAsync(tx => tx.ReadAllAsync<Row>(ReadSql, new { appId, host = ProcessIdentity.Host }), cancellationToken);

    private sealed record Row
    {
        public string AppId { get; init; } = "";

        public string Api { get; init; } = "";

        public DateTimeOffset StoppedAt { get; init; }

        public DateTimeOffset Until { get; init; }

        public Sentence Reason { get; init; } = Sentence.Empty;

        /// <summary>Fingerprint of the secret that was refused; null = it is not about a secret.</summary>
        public string? Secret { get; init; }

        public ApiStop Stop => new(AppId, Api, StoppedAt, Until, Reason) { IsAboutSecret = Secret is not null };
    }
}
