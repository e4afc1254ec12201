using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.WeChat.Answers;

namespace FollowerSync.WeChat.Tokens;

/// <summary>The right to change an account's token: one process at a time, for the length of a transaction.</summary>
internal sealed class LockedAccessToken(Transaction tx, AccountOptions account, AccessToken? current, DateTimeOffset? replacedAt)
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
        values (@appId, @api, (now() at time zone interval '8 hours')::date, 1)
        on conflict (app_id, api, day) do update set calls = api_usage.calls + 1
        returning calls
        """;

    /// <summary>The token as it stands, now that nobody else can change it; null when none is known.</summary>
    public AccessToken? Current => current;

    /// <summary>When a token that had stopped working was last replaced.</summary>
    public DateTimeOffset? ReplacedAt => replacedAt;

    /// <summary>Counts a call to a token API in the ledger; how many there were today, this one included.</summary>
    public Task<long> CountCallAsync(string api) => tx.ReadAsync<long>(CountSql, new { appId = account.AppId, api });

    /// <summary>Keeps the new token; when it replaces one that had stopped working, also when that was and how WeChat refused it.</summary>
    public async Task SaveAsync(AccessToken token, DateTimeOffset? replacement, int? errorCode)
    {
        if (replacement is not null)
            await tx.ExecuteAsync(RecordReplacementSql, new { appId = account.AppId, errorCode = errorCode ?? 0 });
        await WriteAsync(token.Value, token.ObtainedAt, token.ExpiresAt, replacement);
    }

    /// <summary>Forgets the token, which does not work.</summary>
    public Task DropAsync() => WriteAsync(value: null, obtainedAt: null, expiresAt: null, replacedAt: null);

    private Task<int> WriteAsync(string? value, DateTimeOffset? obtainedAt, DateTimeOffset? expiresAt, DateTimeOffset? replacedAt) => tx.ExecuteAsync(
        SaveSql, new { appId = account.AppId, source = account.TokenSource.ToString(), value, obtainedAt, expiresAt, replacedAt });
}
