using Dapper;
using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.WeChat.Answers;
using Npgsql;

namespace FollowerSync.WeChat.Tokens;

/// <summary>Access tokens in <c>followersync.access_tokens</c>, where all processes share them.</summary>
internal sealed class AccessTokenStore(FollowerDatabase database)
{
    private const string ReadSql =
        """
        select access_token, obtained_at, expires_at
        from followersync.access_tokens
        where app_id = @appId and source = @source and access_token is not null
        """;

    private const string LockSql =
        """
        insert into followersync.access_tokens (app_id) values (@appId) on conflict (app_id) do nothing;
        select case when source = @source then access_token end, obtained_at, expires_at, replaced_at
        from followersync.access_tokens
        where app_id = @appId
        for update;
        """;

    public async Task<AccessToken?> ReadAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginPinnedAsync(cancellationToken);
        var command = new CommandDefinition(ReadSql, Parameters(account), transaction, cancellationToken: cancellationToken);
        (string? value, DateTime? obtainedAt, DateTime? expiresAt) =
            await connection.QuerySingleOrDefaultAsync<(string?, DateTime?, DateTime?)>(command);
        return Token(value, obtainedAt, expiresAt);
    }

    /// <summary>Locks the account's token against every other process until the returned lock is disposed of.</summary>
    /// <param name="account">The account.</param>
    /// <param name="longestPause">The holder's longest time between two statements; a holder that stands still for longer loses the lock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<LockedAccessToken> LockAsync(AccountOptions account, TimeSpan longestPause, CancellationToken cancellationToken)
    {
        NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        try
        {
            NpgsqlTransaction transaction = await connection.BeginPinnedAsync(cancellationToken);

            // The holder may be waiting for WeChat; whoever waits for it gets a fresh token for nothing.
            string limits = FormattableString.Invariant(
                $"set local lock_timeout = '5min'; set local idle_in_transaction_session_timeout = {longestPause.TotalMilliseconds:0}");
            await connection.ExecuteAsync(new CommandDefinition(limits, transaction: transaction, cancellationToken: cancellationToken));
            (string? value, DateTime? obtainedAt, DateTime? expiresAt, DateTime? replacedAt) =
                await connection.QuerySingleAsync<(string?, DateTime?, DateTime?, DateTime?)>(
                    new CommandDefinition(LockSql, Parameters(account), transaction, cancellationToken: cancellationToken));
            return new LockedAccessToken(connection, transaction, account, Token(value, obtainedAt, expiresAt), replacedAt);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>How many tokens of the account stopped working before their end lately.</summary>
    public async Task<long> CountReplacementsAsync(string appId, TimeSpan within, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginPinnedAsync(cancellationToken);
        return await connection.QuerySingleAsync<long>(new CommandDefinition(
            "select count(*) from followersync.token_replacements where app_id = @appId and replaced_at > now() - @within",
            new { appId, within }, transaction, cancellationToken: cancellationToken));
    }

    private static object Parameters(AccountOptions account) => new { appId = account.AppId, source = account.TokenSource.ToString() };

    private static AccessToken? Token(string? value, DateTime? obtainedAt, DateTime? expiresAt) =>
        value is null || obtainedAt is null || expiresAt is null ? null : new AccessToken(value, obtainedAt.Value, expiresAt.Value);
}
