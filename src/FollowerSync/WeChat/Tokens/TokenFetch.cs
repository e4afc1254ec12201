using FollowerSync.Accounts;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat.Tokens;

/// <summary>Fetches an account's token under its lock: counted, within WeChat's limits, and with a newer secret when the one at hand is refused.</summary>
internal sealed partial class TokenFetch(TokenEndpoint endpoint, AccountSecrets secrets, ILogger<TokenFetch> logger)
{
    /// <param name="calls">Whose calls.</param>
    /// <param name="locked">The token, locked.</param>
    /// <param name="refused">The token that WeChat refused and that is to be replaced; null = none was.</param>
    /// <param name="cancellationToken">Ends the waits.</param>
    /// <exception cref="WeChatApiException">No token is to be had.</exception>
    public async Task<AccessToken> FetchAsync(AccountCalls calls, LockedAccessToken locked, string? refused, CancellationToken cancellationToken)
    {
        string tried = secrets.FingerprintOf(calls.Account);
        try
        {
            return await FetchRepeatedlyAsync(calls, locked, refused, cancellationToken);
        }
        catch (WeChatApiException exception) when (exception.Due.IsSetting && secrets.HasAnother(calls.Account, tried))
        {
            LogAnotherSecret(calls.Account.DisplayName);
            return await FetchRepeatedlyAsync(calls, locked, refused, cancellationToken);
        }
    }

    /// <summary>One attempt, for who can do without; null when it fails.</summary>
    public async Task<AccessToken?> TryAsync(AccountCalls calls, LockedAccessToken locked, CancellationToken cancellationToken)
    {
        try
        {
            return await FetchOnceAsync(calls, locked, refused: null, cancellationToken);
        }
        catch (WeChatApiException exception)
        {
            LogDoesWithout(calls.Account.DisplayName, exception.Message);
            return null;
        }
    }

    private Task<AccessToken> FetchRepeatedlyAsync(AccountCalls calls, LockedAccessToken locked, string? refused, CancellationToken cancellationToken) =>
        calls.Resilience.ExecuteAsync(calls.Counts, pace: null, attempt => FetchOnceAsync(calls, locked, refused, attempt), cancellationToken);

    private async Task<AccessToken> FetchOnceAsync(AccountCalls calls, LockedAccessToken locked, string? refused, CancellationToken cancellationToken)
    {
        AccountOptions account = calls.Account;
        string api = TokenEndpoint.ApiOf(account);
        calls.RequireAllowed(api);
        await calls.RequireTurn(cancellationToken);
        if (account.TokenSource == TokenSource.Redis)
        {
            await locked.StayAsync();
            return await endpoint.FetchAsync(account, refused, cancellationToken);
        }

        long callsToday = await locked.CountCallAsync(api);
        if (account.TokenSource == TokenSource.Classic && callsToday > TokenLimits.ClassicPerDay)
        {
            throw WeChatApiException.Refused(
                api, Reaction.QuotaSpent, $"the {TokenLimits.ClassicPerDay} token calls WeChat allows a day are used up", "Set TokenSource to Stable for this account.");
        }

        calls.Counts.CountTokenCall();
        return await endpoint.FetchAsync(account, refused, locked.BeginCall());
    }

    [LoggerMessage(3904, LogLevel.Debug, "The token of {Account} could not be read again; the one at hand is used while it works: {Reason}")]
    private partial void LogDoesWithout(string account, string reason);

    [LoggerMessage(3905, LogLevel.Information, "The secret of account {Account} was refused, and there is a newer one: it is tried at once")]
    private partial void LogAnotherSecret(string account);
}
