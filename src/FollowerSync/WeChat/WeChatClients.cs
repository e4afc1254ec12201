using FollowerSync.Accounts;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;
using FollowerSync.WeChat.Tokens;

namespace FollowerSync.WeChat;

/// <summary>Makes the clients of accounts, and tells what the ledger of their calls says.</summary>
internal sealed class WeChatClients(
    WeChatTransport transport, AccessTokens tokens, CallResilience resilience, ApiStopStore stops, ApiUsageStore usage, TokenConflicts conflicts, TimeProvider time)
{
    /// <summary>The client of a run.</summary>
    /// <param name="account">The account.</param>
    /// <param name="counts">Counts the calls.</param>
    /// <param name="pace">Hears how the calls go.</param>
    /// <param name="stops">APIs to leave alone.</param>
    /// <param name="budget">Calls that may be made; null = as many as are needed.</param>
    /// <param name="requireTurn">Throws when no call may be made any more; null = they always may.</param>
    public WeChatClient For(AccountOptions account, CallCounts counts, CallPace pace, IReadOnlyList<ApiStop> stops, CallBudget? budget, Func<CancellationToken, ValueTask>? requireTurn = null) =>
        new(new AccountCalls(account, counts, resilience) { Stops = stops, RequireTurn = requireTurn ?? (static _ => ValueTask.CompletedTask) }, pace, transport, tokens, conflicts)
        {
            Budget = budget,
            Reserve = budget is null ? null : (api, count, token) => usage.ReserveAsync(account.AppId, api, count, token),
        };

    /// <summary>A client for a few calls, one behind the other.</summary>
    public WeChatClient For(AccountOptions account, Func<CancellationToken, ValueTask>? requireTurn = null) =>
        For(account, new CallCounts(), new CallPace(1, time), stops: [], budget: null, requireTurn);

    /// <summary>The same clients, but nothing is tried twice: for a person who waits, and for what the next run asks for again.</summary>
    public WeChatClients Once() => new(transport, tokens, CallResilience.Once(time), stops, usage, conflicts, time);

    /// <summary>The accounts whose token is about to end, or not there.</summary>
    public Task<IReadOnlyList<AccountOptions>> FindDueTokensAsync(IReadOnlyCollection<AccountOptions> accounts, CancellationToken cancellationToken) =>
        tokens.FindDueAsync(accounts, cancellationToken);

    /// <summary>Fetches a token when the stored one is about to end; does nothing otherwise. What has to be left alone is, and a failure that asks for it is remembered.</summary>
    /// <exception cref="WeChatApiException">No token is to be had.</exception>
    public async Task RefreshTokenIfDueAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        if (!await tokens.IsDueAsync(account, cancellationToken))
            return;

        await FetchAsync(account, longestTurn: null, calls => tokens.RenewAsync(calls, cancellationToken), cancellationToken);
    }

    /// <summary>A token for somebody else, with how long it works yet; fetched when it must be. What has to be left alone is, and a failure that asks for it is remembered.</summary>
    /// <param name="account">The account.</param>
    /// <param name="longestTurn">How long to wait while somebody else is fetching it.</param>
    /// <param name="cancellationToken">Ends the waits and the call.</param>
    /// <exception cref="WeChatApiException">No token is to be had.</exception>
    public async Task<AccessToken> GetTokenAsync(AccountOptions account, TimeSpan longestTurn, CancellationToken cancellationToken) =>
        tokens.FindCached(account) ?? await FetchAsync(account, longestTurn, calls => tokens.GetWithLifeAsync(calls, cancellationToken).AsTask(), cancellationToken);

    /// <summary>Another token than one that WeChat refused somebody else.</summary>
    /// <param name="account">The account.</param>
    /// <param name="refused">The token that was refused; when it is not the current one, the current one is the answer.</param>
    /// <param name="longestTurn">How long to wait where a token was replaced a moment ago, or somebody else is replacing it.</param>
    /// <param name="cancellationToken">Ends the waits and the call.</param>
    /// <exception cref="WeChatApiException">No token is to be had.</exception>
    public Task<AccessToken> ReplaceTokenAsync(AccountOptions account, string refused, TimeSpan longestTurn, CancellationToken cancellationToken) => FetchAsync(
        account,
        longestTurn,
        calls => tokens.ReplaceWithLifeAsync(calls, refused, WeChatApiException.RefusedElsewhere(), cancellationToken),
        cancellationToken);

    private async Task<AccessToken> FetchAsync(AccountOptions account, TimeSpan? longestTurn, Func<AccountCalls, Task<AccessToken>> get, CancellationToken cancellationToken)
    {
        AccountCalls calls = new(account, new CallCounts(), resilience) { Stops = await ReadStopsAsync(account, cancellationToken), LongestTurn = longestTurn };
        try
        {
            AccessToken token = await get(calls);
            if (calls.Counts.TokenRefreshes > 0)
                await stops.ForgetSecretAsync(account, cancellationToken);
            return token;
        }
        catch (WeChatApiException exception) when (!exception.IsLeftAlone)
        {
            await stops.RememberAsync(account, exception, cancellationToken);
            throw;
        }
    }

    /// <summary>Adds the calls to the ledger.</summary>
    public async Task KeepLedgerAsync(AccountOptions account, CallCounts counts, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, long> callsByApi = counts.Unsettled;
        await usage.SettleAsync(account.AppId, callsByApi, counts.ReservedOn, cancellationToken);
        counts.Wrote(callsByApi);
    }

    /// <summary>What is left alone for the account now.</summary>
    public Task<IReadOnlyList<ApiStop>> ReadStopsAsync(AccountOptions account, CancellationToken cancellationToken) => stops.ReadAsync(account, cancellationToken);

    /// <summary>How many calls a run may make today, by the ledger and, if it needs many, by WeChat's word.</summary>
    public CallBudget BudgetOf(AccountOptions account, double reservePercent) =>
        new(reservePercent, (api, token) => usage.ReadTodayAsync(account.AppId, api, token), (api, quota, token) => usage.KeepQuotaAsync(account.AppId, api, quota, token), time);

    /// <summary>What is left today of an API's quota.</summary>
    /// <param name="account">The account.</param>
    /// <param name="client">A client of the account.</param>
    /// <param name="api">Path of the API.</param>
    /// <param name="reservePercent">Share of the daily limit that is left to other systems, 0 to 100.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    public async Task<DayQuota> ReadQuotaAsync(AccountOptions account, WeChatClient client, string api, double reservePercent, CancellationToken cancellationToken)
    {
        QuotaAnswer? answer = await client.AskQuotaAsync(api, cancellationToken);
        return DayQuota.Of(api, answer, await usage.ReadTodayAsync(account.AppId, api, cancellationToken), reservePercent);
    }
}
