using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Logging;
using FollowerSync.WeChat.Answers;

namespace FollowerSync.WeChat.Tokens;

/// <summary>Access tokens in <c>followersync.access_tokens</c>, where all processes share them. Whatever is read here is a secret from then on.</summary>
internal sealed class AccessTokenStore(FollowerDatabase database, SecretMask mask)
{
    private const string ReadSql =
        """
        select access_token as value, obtained_at, expires_at
        from followersync.access_tokens
        where app_id = @appId and source = @source and access_token is not null
        """;

    private const string LockSql =
        """
        insert into followersync.access_tokens (app_id) values (@appId) on conflict (app_id) do nothing;
        select case when source = @source then access_token end as value, obtained_at, expires_at, replaced_at
        from followersync.access_tokens
        where app_id = @appId
        for update;
        """;

    private const string ReplacementsSql =
        "select count(*) from followersync.token_replacements where app_id = @appId and replaced_at > now() - @within";

    public async Task<AccessToken?> ReadAsync(AccountOptions account, CancellationToken cancellationToken) =>
        Known(await database.RunAsync(tx => tx.ReadOrDefaultAsync<Row>(ReadSql, Parameters(account)), cancellationToken));

    /// <summary>Locks the account's token against every other process while <paramref name="work"/> lasts, and keeps what it wrote.</summary>
    /// <param name="account">The account.</param>
    /// <param name="longestPause">The longest time between two statements; who stands still for longer loses the lock.</param>
    /// <param name="work">Is done once; what it throws takes back what it wrote.</param>
    /// <param name="cancellationToken">Ends the wait and the work.</param>
    public Task<T> LockAsync<T>(
        AccountOptions account, TimeSpan longestPause, Func<LockedAccessToken, Task<T>> work, CancellationToken cancellationToken) => database.RunOnceAsync(
        async tx =>
        {
            // The holder may be waiting for WeChat; whoever waits for it gets a fresh token for nothing.
            await tx.ExecuteAsync(FormattableString.Invariant(
                $"set local lock_timeout = '5min'; set local idle_in_transaction_session_timeout = {longestPause.TotalMilliseconds:0}; set local statement_timeout = '6min'"));
            Row row = await tx.ReadAsync<Row>(LockSql, Parameters(account));
            return await work(new LockedAccessToken(tx, account, Known(row), row.ReplacedAt));
        },
        cancellationToken);

    /// <summary>Makes secrets of all tokens that are stored, also of accounts that the settings no longer name: this process may have to show what another one wrote.</summary>
    public async Task RegisterAllAsync(CancellationToken cancellationToken)
    {
        foreach (string token in await database.RunAsync(ReadAllAsync, cancellationToken))
            mask.RegisterToken(token);
    }

    /// <summary>How many tokens of the account stopped working before their end lately.</summary>
    public Task<long> CountReplacementsAsync(string appId, TimeSpan within, CancellationToken cancellationToken) =>
        database.RunAsync(tx => tx.ReadAsync<long>(ReplacementsSql, new { appId, within }), cancellationToken);

    private static async Task<List<string>> ReadAllAsync(Transaction tx) =>
        await tx.ReadAsync<bool>("select to_regclass('followersync.access_tokens') is not null")
            ? await tx.ReadAllAsync<string>("select access_token from followersync.access_tokens where access_token is not null") : [];

    private AccessToken? Known(Row? row)
    {
        mask.RegisterToken(row?.Value);
        return row?.Token;
    }

    private static object Parameters(AccountOptions account) => new { appId = account.AppId, source = account.TokenSource.ToString() };

    private sealed record Row
    {
        public string? Value { get; init; }

        public DateTimeOffset? ObtainedAt { get; init; }

        public DateTimeOffset? ExpiresAt { get; init; }

        public DateTimeOffset? ReplacedAt { get; init; }

        public AccessToken? Token => Value is null || ObtainedAt is null || ExpiresAt is null ? null : new AccessToken(Value, ObtainedAt.Value, ExpiresAt.Value);
    }
}
