using Dapper;
using FollowerSync.Accounts;
using FollowerSync.WeChat.Answers;
using Npgsql;

namespace FollowerSync.WeChat.Tokens;

/// <summary>The right to change an account's token: one process at a time, until disposed of. What is not saved is as it was.</summary>
internal sealed class LockedAccessToken(
    NpgsqlConnection connection, NpgsqlTransaction transaction, AccountOptions account, AccessToken? current, DateTimeOffset? replacedAt) : IAsyncDisposable
{
    private const string SaveSql =
        """
        update followersync.access_tokens
        set source = @source, access_token = @value, obtained_at = @obtainedAt, expires_at = @expiresAt, replaced_at = coalesce(@replacedAt, replaced_at)
        where app_id = @appId
        """;

    private const string RecordReplacementSql =
        """
        insert into followersync.token_replacements (app_id, replaced_at, errcode) values (@appId, now(), @errorCode);
        delete from followersync.token_replacements where app_id = @appId and replaced_at < now() - interval '30 days';
        """;

    private const string CountSql =
        """
        insert into followersync.api_usage (app_id, api, day, calls)
        values (@appId, @api, (now() at time zone 'Asia/Shanghai')::date, 1)
        on conflict (app_id, api, day) do update set calls = api_usage.calls + 1
        returning calls
        """;

    /// <summary>The token as it stands, now that nobody else can change it; null when none is known.</summary>
    public AccessToken? Current => current;

    /// <summary>When a token that had stopped working was last replaced.</summary>
    public DateTimeOffset? ReplacedAt => replacedAt;

    /// <summary>Counts a call to a token API in the ledger; how many there were today, this one included.</summary>
    public Task<long> CountCallAsync(string api, CancellationToken cancellationToken) =>
        connection.QuerySingleAsync<long>(Command(CountSql, new { appId = account.AppId, api }, cancellationToken));

    /// <summary>Keeps the new token; when it replaces one that had stopped working, also when that was and how WeChat refused it.</summary>
    public async Task SaveAsync(AccessToken token, DateTimeOffset? replacement, int? errorCode, CancellationToken cancellationToken)
    {
        if (replacement is not null)
            await connection.ExecuteAsync(Command(RecordReplacementSql, new { appId = account.AppId, errorCode = errorCode ?? 0 }, cancellationToken));
        await WriteAsync(token.Value, token.ObtainedAt, token.ExpiresAt, replacement, cancellationToken);
    }

    /// <summary>Forgets the token, which does not work.</summary>
    public Task DropAsync(CancellationToken cancellationToken) =>
        WriteAsync(value: null, obtainedAt: null, expiresAt: null, replacement: null, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async Task WriteAsync(
        string? value, DateTimeOffset? obtainedAt, DateTimeOffset? expiresAt, DateTimeOffset? replacement, CancellationToken cancellationToken)
    {
        var row = new
        {
            appId = account.AppId,
            source = account.TokenSource.ToString(),
            value,
            obtainedAt = obtainedAt?.UtcDateTime,
            expiresAt = expiresAt?.UtcDateTime,
            replacedAt = replacement?.UtcDateTime,
        };
        await connection.ExecuteAsync(Command(SaveSql, row, cancellationToken));
        await transaction.CommitAsync(cancellationToken);
    }

    private CommandDefinition Command(string sql, object parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, transaction, cancellationToken: cancellationToken);
}
