using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.WeChat.Answers;

namespace FollowerSync.WeChat.Tokens;

/// <summary>The right to change an account's token: one process at a time, for the length of a transaction.</summary>
internal sealed class LockedAccessToken(Transaction tx, CallerWatch caller, AccountOptions account, AccessToken? current, TimeSpan? sinceReplaced)
{
    // A replacement of the future was stamped by a clock that was set back since; it becomes the present. A token that was only looked at again, and lives no longer than
    // was known, is no newer one: a mirror would take it for one, and put it over what another program wrote meanwhile.
    private const string SaveSql =
        """
        update followersync.access_tokens
        set access_token = @value, obtained_at = case when @value::text is not null then clock_timestamp() end,
            expires_at = clock_timestamp() + @lifetime::interval,
            generation = case when @value::text is null or (access_token = @value and expires_at > clock_timestamp() + @lifetime::interval - interval '1 minute') then generation
                else greatest(generation + 1, (extract(epoch from clock_timestamp()) * 1000000)::bigint) end,
            replaced_at = case when @isReplacement or replaced_at > clock_timestamp() then clock_timestamp() else replaced_at end
        where app_id = @appId and source = @source
        """;

    private const string RecordReplacementSql =
        $"""
        insert into followersync.token_replacements (app_id, replaced_at, errcode) values (@appId, now(), @errorCode);
        delete from followersync.token_replacements where app_id = @appId and (replaced_at < now() - interval '30 days' or replaced_at > {DatabaseClock.Latest});
        """;

    private const string CountReplacementsSql =
        $"select count(*) from followersync.token_replacements where app_id = @appId and replaced_at > now() - @within::interval and replaced_at <= {DatabaseClock.Latest}";

    private const string CountSql =
        """
        insert into followersync.api_usage (app_id, api, day, calls)
        values (@appId, @api, (now() at time zone interval '8 hours')::date, 1)
        on conflict (app_id, api, day) do update set calls = api_usage.calls + 1
        returning calls
        """;

    /// <summary>Whether another token than before is kept.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>The token as it stands, now that nobody else can change it; null when none is known.</summary>
    public AccessToken? Current => current;

    /// <summary>How long ago a token that had stopped working was last replaced; never negative, and null when none was.</summary>
    public TimeSpan? SinceReplaced => sinceReplaced;

    /// <summary>Counts a call to a token API in the ledger; how many there were today, this one included.</summary>
    public Task<long> CountCallAsync(string api) => tx.ReadAsync<long>(CountSql, new { appId = account.AppId, api });

    /// <summary>Tells the database that the lock is in use; whoever is silent for long loses it.</summary>
    public Task StayAsync() => tx.ExecuteAsync("select 1");

    /// <summary>To be called before each call of a token API. What it returns ends the call: not at once when the caller leaves, since what WeChat gives out must be kept.</summary>
    /// <exception cref="OperationCanceledException">The caller has left.</exception>
    public CancellationToken BeginCall() => caller.BeginCall();

    /// <summary>How often tokens of the account were replaced before their end of late.</summary>
    public Task<long> CountReplacementsAsync(TimeSpan within) => tx.ReadAsync<long>(CountReplacementsSql, new { appId = account.AppId, within });

    /// <summary>Keeps the new token, fetched just now.</summary>
    public Task SaveAsync(AccessToken token) => WriteAsync(token.Value, token.Lifetime, isReplacement: false);

    /// <summary>Likewise, in the place of one that had stopped working, with WeChat's code when it was refused.</summary>
    public async Task ReplaceAsync(AccessToken token, int? errorCode)
    {
        await tx.ExecuteAsync(RecordReplacementSql, new { appId = account.AppId, errorCode = errorCode ?? 0 });
        await WriteAsync(token.Value, token.Lifetime, isReplacement: true);
    }

    /// <summary>Forgets the token, which does not work.</summary>
    public Task DropAsync() => WriteAsync(value: null, lifetime: null, isReplacement: false);

    private Task<int> WriteAsync(string? value, TimeSpan? lifetime, bool isReplacement)
    {
        IsChanged = value is not null;
        return tx.ExecuteAsync(SaveSql, new { appId = account.AppId, source = account.TokenSource.ToString(), value, lifetime, isReplacement });
    }
}
