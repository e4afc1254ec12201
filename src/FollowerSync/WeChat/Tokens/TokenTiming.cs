using FollowerSync.Accounts;
using FollowerSync.WeChat.Answers;
using Microsoft.Extensions.Options;

namespace FollowerSync.WeChat.Tokens;

/// <summary>When a token is asked for again.</summary>
internal sealed class TokenTiming(IOptions<TokenOptions> options)
{
    /// <summary><c>stable_token</c> hands out the same token until five minutes before its end; asking sooner brings nothing.</summary>
    private static readonly TimeSpan StableLead = TimeSpan.FromSeconds(270);

    /// <summary>Who keeps a token for others replaces it about here; it is read again each minute from then on.</summary>
    public static readonly TimeSpan AboutToRotate = TimeSpan.FromMinutes(5);

    // A token that was replaced works for five minutes more: who looks every four never meets a dead one.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan LookAgainSoon = TimeSpan.FromMinutes(1);

    /// <param name="account">The account.</param>
    /// <param name="token">Its token.</param>
    /// <param name="age">Time since the token was read.</param>
    public bool IsDue(AccountOptions account, AccessToken token, TimeSpan age)
    {
        TimeSpan left = token.Left - age;
        if (account.TokenSource == TokenSource.Redis)
            return left <= TimeSpan.Zero || token.Lifetime - left >= (left < AboutToRotate ? LookAgainSoon : LookAgain);

        TimeSpan lead = options.Value.RefreshBefore;
        if (account.TokenSource == TokenSource.Stable && lead > StableLead)
            lead = StableLead;

        // A short-lived token would otherwise be due from its first second on.
        TimeSpan half = token.Lifetime / 2;
        // Who keeps it for others may replace it long before its end, and none tells.
        return left <= (lead < half ? lead : half) || (!account.FetchesTokens && token.Lifetime - left >= LookAgain);
    }

    /// <summary>Whether a token that is due works well yet and is only looked at again, as somebody else keeps it: that this fails is no news. A service is asked in earnest in the last minutes.</summary>
    public static bool IsALook(AccountOptions account, AccessToken token) =>
        !account.FetchesTokens && token.Left > (account.TokenSource == TokenSource.Redis ? TimeSpan.Zero : AboutToRotate);
}
