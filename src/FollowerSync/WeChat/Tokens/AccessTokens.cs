using System.Collections.Concurrent;
using FollowerSync.Accounts;
using FollowerSync.Logging;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;
using Microsoft.Extensions.Options;

namespace FollowerSync.WeChat.Tokens;

/// <summary>Hands out access tokens: one fetch per expiry and account, whichever process asks; a token that fails is replaced only while it is still the stored one.</summary>
internal sealed partial class AccessTokens(
    AccessTokenStore store, TokenEndpoint endpoint, IOptions<TokenOptions> options, SecretMask mask, TimeProvider time, ILogger<AccessTokens> logger)
{
    /// <summary><c>stable_token</c> hands out the same token until five minutes before its end; asking sooner brings nothing.</summary>
    private static readonly TimeSpan StableLead = TimeSpan.FromSeconds(270);

    /// <summary>How long a token read from the database is used without looking there again, as WeChat advises readers of a shared token.</summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>Replacements in so long a time are taken together when looking for their cause.</summary>
    private static readonly TimeSpan ConflictWindow = TimeSpan.FromHours(1);

    /// <summary>To the next minute, with jitter.</summary>
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(65);

    /// <summary>So many replacements within <see cref="ConflictWindow"/> have another program for a cause.</summary>
    private const int ConflictAt = 3;

    private readonly ConcurrentDictionary<string, Cached> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    /// <summary>A token that works for some time yet; fetches one when none is stored or the stored one is about to end.</summary>
    /// <exception cref="WeChatApiException">No token is to be had.</exception>
    public async ValueTask<string> GetAsync(AccountCalls calls, CancellationToken cancellationToken)
    {
        AccountOptions account = calls.Account;
        if (_cache.TryGetValue(account.AppId, out Cached? cached) && time.GetUtcNow() - cached.ReadAt < ReadAgainAfter && !IsDue(account, cached.Token))
            return cached.Token.Value;

        using IDisposable gate = await EnterAsync(account, cancellationToken);
        AccessToken? token = await store.ReadAsync(account, cancellationToken);
        if (token is null || IsDue(account, token))
            token = await RefreshAsync(calls, isUsable: stored => !IsDue(account, stored), failure: null, cancellationToken);
        return Remember(account, token);
    }

    /// <summary>Another token than <paramref name="failed"/>, which WeChat refused: the stored one if somebody has replaced it already, else a new one.</summary>
    /// <param name="calls">Whose calls.</param>
    /// <param name="failed">The token that was refused.</param>
    /// <param name="failure">How it was refused.</param>
    /// <param name="cancellationToken">Ends the wait for one's turn and the call.</param>
    public async Task<string> ReplaceAsync(AccountCalls calls, string failed, WeChatApiException failure, CancellationToken cancellationToken)
    {
        AccountOptions account = calls.Account;
        using IDisposable gate = await EnterAsync(account, cancellationToken);
        _cache.TryRemove(account.AppId, out _);
        AccessToken token = await RefreshAsync(calls, isUsable: stored => stored.Value != failed, failure, cancellationToken);
        return Remember(account, token);
    }

    /// <summary>Replacements of the account's token within the last hour, and their cause when there are so many that it has one; else null.</summary>
    public async Task<(long Replacements, string? Cause)> FindConflictAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        long replacements = await store.CountReplacementsAsync(account.AppId, ConflictWindow, cancellationToken);
        return (replacements, replacements >= ConflictAt ? await ExplainAsync(account, cancellationToken) : null);
    }

    /// <summary>Why tokens of the account stop working before their end.</summary>
    public async Task<string> ExplainAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        long replacements = await store.CountReplacementsAsync(account.AppId, ConflictWindow, cancellationToken);
        string api = account.TokenSource == TokenSource.External ? "a token" : TokenEndpoint.ApiOf(account);
        return replacements >= ConflictAt
            ? $"The token of account {account.AppId} was replaced {replacements} times in {ConflictWindow.TotalMinutes:0} minutes: another program fetches {api} for this appid. Let it use stable_token, or give both the same token service (TokenSource External)."
            : $"The token of account {account.AppId} was replaced once and the new one is refused too. Another program may be fetching {api} for this appid; the next run tries again.";
    }

    private async Task<AccessToken> RefreshAsync(
        AccountCalls calls, Func<AccessToken, bool> isUsable, WeChatApiException? failure, CancellationToken cancellationToken)
    {
        AccountOptions account = calls.Account;
        // A failed fetch is handed out of the transaction, not thrown through it, so that its calls stay counted.
        Refreshed refreshed = await store.LockAsync(
            account, LongestPause, locked => RefreshAsync(calls, locked, isUsable, failure, cancellationToken), cancellationToken);
        if (refreshed.Failure is { } refused)
            throw refused;
        if (refreshed.IsNew)
        {
            calls.Counts.CountTokenRefresh();
            LogFetched(account.AppId, account.TokenSource, refreshed.Token!.ExpiresAt, failure is not null);
            if (failure is not null && await store.CountReplacementsAsync(account.AppId, ConflictWindow, cancellationToken) >= ConflictAt)
                LogConflict(await ExplainAsync(account, cancellationToken));
        }

        return refreshed.Token!;
    }

    private async Task<Refreshed> RefreshAsync(
        AccountCalls calls, LockedAccessToken locked, Func<AccessToken, bool> isUsable, WeChatApiException? failure, CancellationToken cancellationToken)
    {
        if (locked.Current is { } stored && stored.ExpiresAt > time.GetUtcNow() && isUsable(stored))
            return new Refreshed(stored, IsNew: false);

        if (failure is not null)
            await WaitForTurnAsync(locked, calls.Counts, cancellationToken);
        try
        {
            AccessToken token = await calls.Resilience.ExecuteAsync(calls.Counts, pace: null, attempt => FetchAsync(calls.Account, locked, calls.Counts, attempt), cancellationToken);
            await locked.SaveAsync(token, failure is null ? null : time.GetUtcNow(), failure?.ErrorCode);
            return new Refreshed(token, IsNew: true);
        }
        catch (WeChatApiException exception)
        {
            if (failure is not null)
                await locked.DropAsync();
            return new Refreshed(Token: null, IsNew: false, exception);
        }
    }

    private async Task<AccessToken> FetchAsync(AccountOptions account, LockedAccessToken locked, CallCounts counts, CancellationToken cancellationToken)
    {
        string api = TokenEndpoint.ApiOf(account);
        long callsToday = await locked.CountCallAsync(api);
        if (account.TokenSource == TokenSource.Classic && callsToday > TokenLimits.ClassicPerDay)
        {
            throw WeChatApiException.Refused(
                api, Reaction.QuotaSpent, $"the {TokenLimits.ClassicPerDay} token calls WeChat allows a day are used up", "Set TokenSource to Stable for this account.");
        }

        counts.CountTokenCall();
        AccessToken token = await endpoint.FetchAsync(account, cancellationToken);
        mask.RegisterToken(token.Value);
        return token;
    }

    /// <summary>Between two statements under the token's lock lies one attempt of a call, and the wait before it.</summary>
    private TimeSpan LongestPause => endpoint.AttemptTimeout + (options.Value.ReplaceInterval > LongestRetryDelay ? options.Value.ReplaceInterval : LongestRetryDelay);

    private async Task WaitForTurnAsync(LockedAccessToken locked, CallCounts counts, CancellationToken cancellationToken)
    {
        TimeSpan wait = locked.ReplacedAt is { } last ? last + options.Value.ReplaceInterval - time.GetUtcNow() : TimeSpan.Zero;
        if (wait <= TimeSpan.Zero)
            return;

        counts.CountWait(wait);
        await Task.Delay(wait, time, cancellationToken);
    }

    private bool IsDue(AccountOptions account, AccessToken token)
    {
        TimeSpan lead = options.Value.RefreshBefore;
        if (account.TokenSource == TokenSource.Stable && lead > StableLead)
            lead = StableLead;

        // A short-lived token would otherwise be due from its first second on.
        TimeSpan half = (token.ExpiresAt - token.ObtainedAt) / 2;
        return token.ExpiresAt - time.GetUtcNow() <= (lead < half ? lead : half);
    }

    private string Remember(AccountOptions account, AccessToken token)
    {
        _cache[account.AppId] = new Cached(token, time.GetUtcNow());
        return token.Value;
    }

    private async Task<IDisposable> EnterAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        SemaphoreSlim gate = _gates.GetOrAdd(account.AppId, static _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken);
        return new Gate(gate);
    }

    [LoggerMessage(LogLevel.Information, "Fetched an access token for account {AppId} from {Source}; it ends {ExpiresAt}; replaces one that stopped working: {Replacement}")]
    private partial void LogFetched(string appId, TokenSource source, DateTimeOffset expiresAt, bool replacement);

    [LoggerMessage(LogLevel.Warning, "{Cause}")]
    private partial void LogConflict(string cause);

    /// <param name="Token">The token; null when none was to be had.</param>
    /// <param name="IsNew">Whether it was fetched now.</param>
    /// <param name="Failure">Why none was to be had.</param>
    private sealed record Refreshed(AccessToken? Token, bool IsNew, WeChatApiException? Failure = null);

    private sealed record Cached(AccessToken Token, DateTimeOffset ReadAt);

    private sealed class Gate(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
