using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Logging;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat.Tokens;

/// <summary>Access tokens in <c>followersync.access_tokens</c>, where all processes share them, one an account and source. Whatever is read here is a secret
/// from then on. Their times are the database's, and leave it as durations.</summary>
internal sealed class AccessTokenStore(FollowerDatabase database, SecretMask mask, TokenLockTimes lockTimes, TokenChanged changed, TimeProvider time)
{
    // A token of the future tells that the clock was set back since; how much of its life is left nobody knows, so it counts as none.
    // The present and not now(): whoever waited for the lock began its transaction long ago.
    private const string Columns =
        """
        access_token as value, least(expires_at - obtained_at, interval '1 day') as lifetime,
        case when obtained_at <= clock_timestamp() + interval '1 minute' then least(expires_at - clock_timestamp(), interval '1 day') end as time_left,
        case when replaced_at is not null then greatest(clock_timestamp() - replaced_at, interval '0') end as since_replaced
        """;

    private const string OfAccount = "from followersync.access_tokens where app_id = @appId and source = @source";

    private const string ReadSql = $"select {Columns} {OfAccount} and access_token is not null";

    private const string ReadSeveralSql =
        $"""
        select app_id, {Columns} from followersync.access_tokens
        where (app_id, source) in (select * from unnest(@appIds, @sources)) and access_token is not null
        """;

    private const string LockSql =
        $"""
        insert into followersync.access_tokens (app_id, source) values (@appId, @source) on conflict (app_id, source) do nothing;
        select 1 {OfAccount} for update;
        """;

    private const string ReadLockedSql = $"select {Columns} {OfAccount}";

    private const string ReplacementsSql =
        $"""
        select count(*) from followersync.token_replacements
        where app_id = @appId and replaced_at > now() - @within and replaced_at <= {DatabaseClock.Latest}
        """;

    // A token lives for two hours, so a source in use is fetched from that often by a worker, and once a day by a nightly sync.
    private const string OtherSourcesSql =
        $"""
        select source from followersync.access_tokens
        where app_id = @appId and source <> @source and obtained_at > now() - interval '25 hours' and obtained_at <= {DatabaseClock.Latest}
        order by source
        """;

    public async Task<AccessToken?> ReadAsync(AccountOptions account, CancellationToken cancellationToken) =>
        Known(await database.RunAsync(tx => tx.ReadOrDefaultAsync<Row>(ReadSql, Parameters(account)), cancellationToken));

    /// <summary>The tokens of several accounts, of those that have one; one statement for all.</summary>
    public async Task<IReadOnlyDictionary<string, AccessToken>> ReadAllAsync(IReadOnlyCollection<AccountOptions> accounts, CancellationToken cancellationToken)
    {
        object parameters = new { appIds = accounts.Select(account => account.AppId).ToArray(), sources = accounts.Select(account => account.TokenSource.ToString()).ToArray() };
        List<Row> rows = await database.RunOnceAsync(tx => tx.ReadAllAsync<Row>(ReadSeveralSql, parameters), cancellationToken);
        return rows.Select(row => (row.AppId, Token: Known(row))).Where(row => row.Token is not null).ToDictionary(row => row.AppId, row => row.Token!, StringComparer.Ordinal);
    }

    /// <summary>Locks the account's token against every other process while <paramref name="work"/> lasts, and keeps what it wrote. A new token is told once it is kept.</summary>
    /// <param name="account">The account.</param>
    /// <param name="longestWait">How long to wait for another process that holds the lock.</param>
    /// <param name="work">Is done once; what it throws takes back what it wrote.</param>
    /// <param name="cancellationToken">Ends the wait and the work, which has some seconds more once it has begun a call.</param>
    /// <exception cref="WeChatApiException">Another process held the lock for longer.</exception>
    public async Task<T> LockAsync<T>(
        AccountOptions account, TimeSpan longestWait, Func<LockedAccessToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using CallerWatch caller = new(time, cancellationToken);
        bool isChanged = false;
        T result;
        try
        {
            result = await database.RunOnceAsync(RunAsync, caller.Statements);
        }
        catch (DatabaseException exception) when (DatabaseFailure.IsConflict(exception))
        {
            throw Busy(account);
        }

        if (isChanged)
            changed(account);
        return result;

        async Task<T> RunAsync(Transaction tx)
        {
            // The holder may be waiting for WeChat; whoever waits for it gets a fresh token for nothing. Who stands still for longer than a fetch does loses the lock.
            TimeSpan longestStatement = longestWait + TimeSpan.FromMinutes(1);
            await tx.ExecuteAsync(FormattableString.Invariant(
                $"""
                set local lock_timeout = {longestWait.TotalMilliseconds:0};
                set local statement_timeout = {longestStatement.TotalMilliseconds:0};
                set local idle_in_transaction_session_timeout = {lockTimes.LongestPause.TotalMilliseconds:0};
                """));
            // The server gives up first, and says that it was for the lock; else a wait would look like a server that is away.
            await tx.ExecuteAsync(LockSql, Parameters(account), longestStatement + TimeSpan.FromSeconds(30));
            Row row = await tx.ReadAsync<Row>(ReadLockedSql, Parameters(account));
            LockedAccessToken locked = new(tx, caller, account, Known(row), row.SinceReplaced);
            T done = await work(locked);
            isChanged = locked.IsChanged;
            return done;
        }
    }

    /// <summary>That somebody else is at the token for longer than one waits.</summary>
    public static WeChatApiException Busy(AccountOptions account) =>
        WeChatApiException.Refused(TokenEndpoint.ApiOf(account), Reaction.SlowDown, "somebody else is fetching the token, and that takes long", "Try again in some seconds.");

    /// <summary>Makes secrets of all tokens that are stored, also of accounts that the settings no longer name: this process may have to show what another one wrote.</summary>
    public async Task RegisterAllAsync(CancellationToken cancellationToken)
    {
        foreach (string token in await database.RunAsync(ReadAllAsync, cancellationToken))
            mask.RegisterToken(token);
    }

    /// <summary>How many tokens of the account stopped working before their end lately.</summary>
    public Task<long> CountReplacementsAsync(string appId, TimeSpan within, CancellationToken cancellationToken) =>
        database.RunAsync(tx => tx.ReadAsync<long>(ReplacementsSql, new { appId, within }), cancellationToken);

    /// <summary>Other sources that tokens of the account came from within a day.</summary>
    public Task<List<string>> FindOtherSourcesAsync(AccountOptions account, CancellationToken cancellationToken) =>
        database.RunAsync(tx => tx.ReadAllAsync<string>(OtherSourcesSql, Parameters(account)), cancellationToken);

    private static async Task<List<string>> ReadAllAsync(Transaction tx) =>
        await tx.ReadAsync<bool>("select to_regclass('followersync.access_tokens') is not null")
            ? await tx.ReadAllAsync<string>("select access_token from followersync.access_tokens where access_token is not null") : [];

    private AccessToken? Known(Row? row)
    {
        mask.RegisterToken(row?.Value);
        return row is { Value: { } value, Lifetime: { } lifetime, TimeLeft: { } left } ? new AccessToken(value, lifetime, left) : null;
    }

    private static object Parameters(AccountOptions account) => new { appId = account.AppId, source = account.TokenSource.ToString() };

    private sealed record Row
    {
        public string AppId { get; init; } = "";

        public string? Value { get; init; }

        public TimeSpan? Lifetime { get; init; }

        public TimeSpan? TimeLeft { get; init; }

        public TimeSpan? SinceReplaced { get; init; }
    }
}
