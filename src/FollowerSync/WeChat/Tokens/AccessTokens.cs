using System.Collections.Concurrent;
using FollowerSync.Accounts;
using FollowerSync.Languages;
using FollowerSync.Telemetry;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;
using Microsoft.Extensions.Options;

namespace FollowerSync.WeChat.Tokens;

/// <summary>Hands out access tokens: one fetch per expiry and account, whichever process asks; a token that fails is replaced only while it is still the stored one.</summary>
internal sealed partial class AccessTokens(
    AccessTokenStore store, TokenFetch fetch, TokenConflicts conflicts, TokenLockTimes lockTimes, IOptions<TokenOptions> options, TimeProvider time, ILogger<AccessTokens> logger)
{
    /// <summary>How long a token read from the database is used without looking there again, as WeChat advises readers of a shared token.</summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>WeChat now and then refuses a token that it gives out all the same, be it by way of a service, and takes it again some seconds later.</summary>
    private static readonly TimeSpan RefusedForAMoment = TimeSpan.FromSeconds(30);

    /// <summary>A token that works for longer is good for a call.</summary>
    private static readonly TimeSpan LastsForACall = TimeSpan.FromSeconds(30);

    private readonly TokenTiming _timing = new(options);
    private readonly ConcurrentDictionary<string, Cached> _cache = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Sentence?> _otherSources = new(StringComparer.Ordinal);

    /// <summary>A token that works for some time yet; fetches one when none is stored or the stored one is about to end. While the next one cannot be had, the one at hand
    /// is used as long as it works.</summary>
    /// <exception cref="WeChatApiException">No token is to be had.</exception>
    public async ValueTask<string> GetAsync(AccountCalls calls, CancellationToken cancellationToken) => (await GetWithLifeAsync(calls, cancellationToken)).Value;

    /// <summary>Likewise, with how long it works yet.</summary>
    /// <exception cref="WeChatApiException">No token is to be had.</exception>
    public async ValueTask<AccessToken> GetWithLifeAsync(AccountCalls calls, CancellationToken cancellationToken)
    {
        AccountOptions account = calls.Account;
        if (FindCached(account) is { } cached)
            return cached;
        try
        {
            using IDisposable gate = await EnterAsync(calls, cancellationToken);
            return FindCached(account) ?? await FetchIfDueAsync(calls, cancellationToken);
        }
        catch (WeChatApiException) when (FindAtHand(account) is { } works)
        {
            return Remember(account, works);
        }
    }

    /// <summary>Likewise, but that the next one cannot be had is told although the one at hand works yet.</summary>
    /// <exception cref="WeChatApiException">No token is to be had, or no next one.</exception>
    public async Task<AccessToken> RenewAsync(AccountCalls calls, CancellationToken cancellationToken)
    {
        using IDisposable gate = await EnterAsync(calls, cancellationToken);
        return await FetchIfDueAsync(calls, cancellationToken);
    }

    /// <summary>The token, when it is known here and may be used without looking at the database.</summary>
    public AccessToken? FindCached(AccountOptions account) =>
        _cache.TryGetValue(account.AppId, out Cached? cached) && cached.Age(time) is var age && age < ReadAgainAfter && !_timing.IsDue(account, cached.Token, age)
            ? cached.Token with { Left = cached.Token.Left - age } : null;

    /// <summary>Whether the next one who needs a token will have to fetch it.</summary>
    public async Task<bool> IsDueAsync(AccountOptions account, CancellationToken cancellationToken) =>
        await store.ReadAsync(account, cancellationToken) is not { } token || IsDue(account, token);

    /// <summary>Asks WeChat for the token although the stored one works, to see whether it answers this machine. Only where asking changes nothing: <c>Stable</c>.</summary>
    /// <exception cref="WeChatApiException">It does not.</exception>
    public async Task ProbeAsync(AccountCalls calls, CancellationToken cancellationToken)
    {
        Refreshed probed = await store.LockAsync(
            calls.Account, lockTimes.LongestHold, locked => RefreshAsync(calls, locked, isUsable: _ => false, failed: null, failure: null, cancellationToken), cancellationToken);
        if (probed.Failure is { } refused)
            throw refused;
    }

    /// <summary>The accounts for which the next one who needs a token will have to fetch it.</summary>
    public async Task<IReadOnlyList<AccountOptions>> FindDueAsync(IReadOnlyCollection<AccountOptions> accounts, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, AccessToken> tokens = await store.ReadAllAsync(accounts, cancellationToken);
        return [.. accounts.Where(account => !tokens.TryGetValue(account.AppId, out AccessToken? token) || IsDue(account, token))];
    }

    /// <summary>Another token than <paramref name="failed"/>, which WeChat refused: the stored one if somebody has replaced it already, else a new one. When the same one is
    /// given out again, that one, after a while in which it may come to work.</summary>
    /// <param name="calls">Whose calls.</param>
    /// <param name="failed">The token that was refused.</param>
    /// <param name="failure">How it was refused.</param>
    /// <param name="cancellationToken">Ends the wait for one's turn and the call.</param>
    public async Task<string> ReplaceAsync(AccountCalls calls, string failed, WeChatApiException failure, CancellationToken cancellationToken)
    {
        AccessToken token = await ReplaceWithLifeAsync(calls, failed, failure, cancellationToken);
        if (token.Value == failed)
        {
            calls.Counts.CountWait(BeforeItWorksAgain);
            await Task.Delay(BeforeItWorksAgain, time, cancellationToken);
        }

        return token.Value;
    }

    /// <summary>Likewise at once, with how long it works yet.</summary>
    /// <param name="calls">Whose calls.</param>
    /// <param name="failed">The token that was refused.</param>
    /// <param name="failure">How it was refused.</param>
    /// <param name="cancellationToken">Ends the wait for one's turn and the call.</param>
    public async Task<AccessToken> ReplaceWithLifeAsync(AccountCalls calls, string failed, WeChatApiException failure, CancellationToken cancellationToken)
    {
        AccountOptions account = calls.Account;
        using IDisposable gate = await EnterAsync(calls, cancellationToken);
        // Calls that were under way together are refused together; WeChat is asked once.
        if (_cache.TryGetValue(account.AppId, out Cached? known) && known.IsGivenOutAgain && known.Token.Value == failed && known.Age(time) is var age && age < BeforeItWorksAgain)
            return known.Token with { Left = known.Token.Left - age };
        _cache.TryRemove(account.AppId, out _);
        AccessToken token = await RefreshAsync(calls, isUsable: stored => stored.Value != failed, failed, failure, cancellationToken);
        if (token.Value == failed)
            LogGivenOutAgain(account.DisplayName);
        return Remember(account, token, isGivenOutAgain: token.Value == failed);
    }

    private TimeSpan BeforeItWorksAgain => options.Value.ReplaceInterval < RefusedForAMoment ? options.Value.ReplaceInterval : RefusedForAMoment;

    private async Task<AccessToken> FetchIfDueAsync(AccountCalls calls, CancellationToken cancellationToken)
    {
        AccountOptions account = calls.Account;
        AccessToken? stored = await store.ReadAsync(account, cancellationToken);
        if (stored is not null && !IsDue(account, stored))
            return Remember(account, stored);

        // Whoever needs a token meanwhile has the one at hand.
        if (stored is not null && stored.Left > LastsForACall)
            Remember(account, stored with { Lifetime = stored.Left });
        else
            _cache.TryRemove(account.AppId, out _);
        return Remember(account, await RefreshAsync(calls, isUsable: locked => !IsDue(account, locked), failed: null, failure: null, cancellationToken));
    }

    /// <summary>The token that is known here and was not refused, while it lasts for a call. Its life begins anew, so that it is not due at once.</summary>
    private AccessToken? FindAtHand(AccountOptions account) =>
        _cache.TryGetValue(account.AppId, out Cached? cached) && cached.Token.Left - cached.Age(time) is var left && left > LastsForACall
            ? new AccessToken(cached.Token.Value, left, left) : null;

    private async Task<AccessToken> RefreshAsync(
        AccountCalls calls, Func<AccessToken, bool> isUsable, string? failed, WeChatApiException? failure, CancellationToken cancellationToken)
    {
        AccountOptions account = calls.Account;
        // A failed fetch, also one whose caller left, is handed out of the transaction, not thrown through it, so that its calls stay counted.
        Refreshed refreshed = await store.LockAsync(
            account, calls.LongestTurn ?? lockTimes.LongestHold, locked => RefreshAsync(calls, locked, isUsable, failed, failure, cancellationToken), cancellationToken);
        if (refreshed.Failure is { } refused)
            throw refused;
        if (refreshed.IsNew)
        {
            calls.Counts.CountTokenRefresh();
            Instruments.TokenRefreshes.Add(1, Instruments.Account(account.DisplayName));
            LogFetched(account.AppId, account.TokenSource, refreshed.Token!.Left, failure is not null);
            await WarnAsync(account, isReplacement: failure is not null, cancellationToken);
        }

        return refreshed.Token!;
    }

    private async Task<Refreshed> RefreshAsync(
        AccountCalls calls, LockedAccessToken locked, Func<AccessToken, bool> isUsable, string? failed, WeChatApiException? failure, CancellationToken cancellationToken)
    {
        if (locked.Current is { } stored && stored.Left > TimeSpan.Zero && isUsable(stored))
            return new Refreshed(stored, IsNew: false);

        if (failure is not null && await WaitForTurnAsync(calls, locked, cancellationToken) is { } tooLong)
            return new Refreshed(Token: null, IsNew: false, tooLong);
        try
        {
            if (failure is null && locked.Current is { } works && TokenTiming.IsALook(calls.Account, works))
                return await ReadAgainAsync(calls, locked, works, cancellationToken);
            AccessToken token = await fetch.FetchAsync(calls, locked, failed, cancellationToken);
            bool isAnother = token.Value != failed;
            await (failure is not null && isAnother ? locked.ReplaceAsync(token, failure.ErrorCode) : locked.SaveAsync(token));
            return new Refreshed(token, IsNew: isAnother);
        }
        catch (Exception exception) when (exception is WeChatApiException or OperationCanceledException)
        {
            // Of another program's word alone, nothing that may work is thrown away.
            if (exception is WeChatApiException && failure is not null && calls.LongestTurn is null)
                await locked.DropAsync();
            return new Refreshed(Token: null, IsNew: false, exception);
        }
    }

    /// <summary>What another program keeps is read again now and then, and is new when it is another one. When it cannot be read, the one at hand works on.</summary>
    private async Task<Refreshed> ReadAgainAsync(AccountCalls calls, LockedAccessToken locked, AccessToken works, CancellationToken cancellationToken)
    {
        AccessToken token = await fetch.TryAsync(calls, locked, cancellationToken) ?? works with { Lifetime = works.Left };
        await locked.SaveAsync(token);
        return new Refreshed(token, IsNew: token.Value != works.Value);
    }

    /// <summary>Null when it is one's turn; an error when that would take longer than the caller waits.</summary>
    private async Task<WeChatApiException?> WaitForTurnAsync(AccountCalls calls, LockedAccessToken locked, CancellationToken cancellationToken)
    {
        if (calls is { LongestTurn: not null, Account.TokenSource: TokenSource.Classic }
            && await locked.CountReplacementsAsync(TimeSpan.FromHours(1)) >= TokenLimits.ReplacedForOthersPerHour)
        {
            return WeChatApiException.Refused(
                TokenEndpoint.ApiOf(calls.Account), Reaction.SlowDown, $"the token was replaced {TokenLimits.ReplacedForOthersPerHour} times or more within an hour",
                "Look which client of Token:Service says that tokens are refused, and whether they are.");
        }

        TimeSpan wait = locked.SinceReplaced is { } since && calls.Account.TokenSource != TokenSource.Redis ? options.Value.ReplaceInterval - since : TimeSpan.Zero;
        if (wait <= TimeSpan.Zero)
            return null;
        if (wait > calls.LongestTurn)
        {
            return WeChatApiException.Refused(
                TokenEndpoint.ApiOf(calls.Account), Reaction.SlowDown, "the token was replaced a moment ago", "Token:ReplaceInterval is the least time between two replacements.");
        }

        calls.Counts.CountWait(wait);
        await Task.Delay(wait, time, cancellationToken);
        return null;
    }

    // Two workers that are set up differently do not disturb each other at once, so that nobody would ever hear of it. Told when it is new.
    private async Task WarnAsync(AccountOptions account, bool isReplacement, CancellationToken cancellationToken)
    {
        if (isReplacement && await conflicts.FindFightAsync(account, cancellationToken) is { } fight)
            LogConflict(fight);
        Sentence? other = await conflicts.FindOtherSourceAsync(account, cancellationToken);
        if (other is not null && !other.Equals(_otherSources.GetValueOrDefault(account.AppId)))
            LogConflict(other);
        _otherSources[account.AppId] = other;
    }

    private bool IsDue(AccountOptions account, AccessToken token) => _timing.IsDue(account, token, TimeSpan.Zero);

    private AccessToken Remember(AccountOptions account, AccessToken token, bool isGivenOutAgain = false)
    {
        _cache[account.AppId] = new Cached(token, time.GetTimestamp(), time.GetUtcNow(), isGivenOutAgain);
        return token;
    }

    private async Task<IDisposable> EnterAsync(AccountCalls calls, CancellationToken cancellationToken)
    {
        SemaphoreSlim gate = _gates.GetOrAdd(calls.Account.AppId, static _ => new SemaphoreSlim(1, 1));
        return await gate.WaitAsync(calls.LongestTurn ?? Timeout.InfiniteTimeSpan, cancellationToken) ? new Gate(gate) : throw AccessTokenStore.Busy(calls.Account);
    }

    [LoggerMessage(3901, LogLevel.Information, "Fetched an access token for account {AppId} from {Source}; it lasts {Lifetime}; replaces one that stopped working: {Replacement}")]
    private partial void LogFetched(string appId, TokenSource source, TimeSpan lifetime, bool replacement);

    [LoggerMessage(3902, LogLevel.Information, "WeChat refuses the token of {Account}, and the same one is given out again; it is tried once more after a while")]
    private partial void LogGivenOutAgain(string account);

    [LoggerMessage(3903, LogLevel.Warning, "{Cause}")]
    private partial void LogConflict(Sentence cause);

    /// <param name="Token">The token; null when none was to be had.</param>
    /// <param name="IsNew">Whether it was fetched now.</param>
    /// <param name="Failure">Why none was to be had.</param>
    private sealed record Refreshed(AccessToken? Token, bool IsNew, Exception? Failure = null);

    private sealed record Cached(AccessToken Token, long ReadAt, DateTimeOffset Clock, bool IsGivenOutAgain)
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
