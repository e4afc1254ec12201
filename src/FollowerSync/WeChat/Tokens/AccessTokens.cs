using System.Collections.Concurrent;
using FollowerSync.Accounts;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;
using Microsoft.Extensions.Options;

namespace FollowerSync.WeChat.Tokens;

/// <summary>Hands out access tokens: one fetch per expiry and account, whichever process asks; a token that fails is replaced only while it is still the stored one.</summary>
internal sealed partial class AccessTokens(
    AccessTokenStore store, TokenFetch fetch, TokenConflicts conflicts, IOptions<TokenOptions> options, TimeProvider time, ILogger<AccessTokens> logger)
{
    /// <summary><c>stable_token</c> hands out the same token until five minutes before its end; asking sooner brings nothing.</summary>
    private static readonly TimeSpan StableLead = TimeSpan.FromSeconds(270);

    /// <summary>How long a token read from the database is used without looking there again, as WeChat advises readers of a shared token.</summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>To the next minute, with jitter.</summary>
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(65);

    private readonly ConcurrentDictionary<string, Cached> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string?> _otherSources = new(StringComparer.Ordinal);

    /// <summary>A token that works for some time yet; fetches one when none is stored or the stored one is about to end.</summary>
    /// <exception cref="WeChatApiException">No token is to be had.</exception>
    public async ValueTask<string> GetAsync(AccountCalls calls, CancellationToken cancellationToken)
    {
        AccountOptions account = calls.Account;
        if (_cache.TryGetValue(account.AppId, out Cached? cached) && cached.Age(time) is var age && age < ReadAgainAfter && !IsDue(account, cached.Token, age))
            return cached.Token.Value;

        using IDisposable gate = await EnterAsync(account, cancellationToken);
        AccessToken? token = await store.ReadAsync(account, cancellationToken);
        if (token is null || IsDue(account, token, TimeSpan.Zero))
            token = await RefreshAsync(calls, isUsable: stored => !IsDue(account, stored, TimeSpan.Zero), failure: null, cancellationToken);
        return Remember(account, token);
    }

    /// <summary>Whether the next one who needs a token will have to fetch it.</summary>
    public async Task<bool> IsDueAsync(AccountOptions account, CancellationToken cancellationToken) =>
        await store.ReadAsync(account, cancellationToken) is not { } token || IsDue(account, token, TimeSpan.Zero);

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
            LogFetched(account.AppId, account.TokenSource, refreshed.Token!.Left, failure is not null);
            await WarnAsync(account, isReplacement: failure is not null, cancellationToken);
        }

        return refreshed.Token!;
    }

    private async Task<Refreshed> RefreshAsync(
        AccountCalls calls, LockedAccessToken locked, Func<AccessToken, bool> isUsable, WeChatApiException? failure, CancellationToken cancellationToken)
    {
        if (locked.Current is { } stored && stored.Left > TimeSpan.Zero && isUsable(stored))
            return new Refreshed(stored, IsNew: false);

        if (failure is not null)
            await WaitForTurnAsync(locked, calls.Counts, cancellationToken);
        try
        {
            AccessToken token = await fetch.FetchAsync(calls, locked, cancellationToken);
            await (failure is null ? locked.SaveAsync(token) : locked.ReplaceAsync(token, failure.ErrorCode));
            return new Refreshed(token, IsNew: true);
        }
        catch (WeChatApiException exception)
        {
            if (failure is not null)
                await locked.DropAsync();
            return new Refreshed(Token: null, IsNew: false, exception);
        }
    }

    /// <summary>Between two statements under the token's lock lies one attempt of a call, and the wait before it.</summary>
    private TimeSpan LongestPause => fetch.AttemptTimeout + (options.Value.ReplaceInterval > LongestRetryDelay ? options.Value.ReplaceInterval : LongestRetryDelay);

    private async Task WaitForTurnAsync(LockedAccessToken locked, CallCounts counts, CancellationToken cancellationToken)
    {
        TimeSpan wait = locked.SinceReplaced is { } since ? options.Value.ReplaceInterval - since : TimeSpan.Zero;
        if (wait <= TimeSpan.Zero)
            return;

        counts.CountWait(wait);
        await Task.Delay(wait, time, cancellationToken);
    }

    // Two workers that are set up differently do not disturb each other at once, so that nobody would ever hear of it. Told when it is new.
    private async Task WarnAsync(AccountOptions account, bool isReplacement, CancellationToken cancellationToken)
    {
        if (isReplacement && await conflicts.FindFightAsync(account, cancellationToken) is { } fight)
            LogConflict(fight);
        string? other = await conflicts.FindOtherSourceAsync(account, cancellationToken);
        if (other is not null && _otherSources.GetValueOrDefault(account.AppId) != other)
            LogConflict(other);
        _otherSources[account.AppId] = other;
    }

    /// <param name="account">The account.</param>
    /// <param name="token">Its token.</param>
    /// <param name="age">Time since the token was read.</param>
    private bool IsDue(AccountOptions account, AccessToken token, TimeSpan age)
    {
        TimeSpan lead = options.Value.RefreshBefore;
        if (account.TokenSource == TokenSource.Stable && lead > StableLead)
            lead = StableLead;

        // A short-lived token would otherwise be due from its first second on.
        TimeSpan half = token.Lifetime / 2;
        return token.Left - age <= (lead < half ? lead : half);
    }

    private string Remember(AccountOptions account, AccessToken token)
    {
        _cache[account.AppId] = new Cached(token, time.GetTimestamp(), time.GetUtcNow());
        return token.Value;
    }

    private async Task<IDisposable> EnterAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        SemaphoreSlim gate = _gates.GetOrAdd(account.AppId, static _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken);
        return new Gate(gate);
    }

    [LoggerMessage(LogLevel.Information, "Fetched an access token for account {AppId} from {Source}; it lasts {Lifetime}; replaces one that stopped working: {Replacement}")]
    private partial void LogFetched(string appId, TokenSource source, TimeSpan lifetime, bool replacement);

    [LoggerMessage(LogLevel.Warning, "{Cause}")]
    private partial void LogConflict(string cause);

    /// <param name="Token">The token; null when none was to be had.</param>
    /// <param name="IsNew">Whether it was fetched now.</param>
    /// <param name="Failure">Why none was to be had.</param>
    private sealed record Refreshed(AccessToken? Token, bool IsNew, WeChatApiException? Failure = null);

    private sealed record Cached(AccessToken Token, long ReadAt, DateTimeOffset Clock)
    {
        /// <summary>By the clock that nobody sets; it stands still while the machine sleeps, which the other one shows.</summary>
        public TimeSpan Age(TimeProvider time)
        {
            TimeSpan elapsed = time.GetElapsedTime(ReadAt);
            TimeSpan shown = time.GetUtcNow() - Clock;
            return elapsed > shown ? elapsed : shown;
        }
    }

    private sealed class Gate(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
