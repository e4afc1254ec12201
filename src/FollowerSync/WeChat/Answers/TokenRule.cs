using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat.Answers;

/// <summary>What an access token can be. WeChat's are documented to have up to 512 letters and to live for two hours; a service of the customer's own may answer
/// anything, and whatever is taken for a token is kept and sent for as long as it says.</summary>
internal static class TokenRule
{
    /// <summary>Most letters of a token.</summary>
    public const int Longest = 2_048;

    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(1);

    /// <summary>Whether a text can be a token.</summary>
    public static bool IsToken(string text) => text.Length is > 0 and <= Longest && !text.Any(letter => letter is <= ' ' or > '~');

    /// <summary>The token, when it can be one. What WeChat lets live longer is asked for again after a day.</summary>
    /// <exception cref="WeChatApiException">It cannot be one; the text names the rule and not the token.</exception>
    public static AccessToken Checked(string api, string token, long seconds)
    {
        if (!IsToken(token))
            throw WeChatApiException.NoAnswer(api, "access_token must be 1 to 2,048 visible ASCII characters, and is not");
        if (seconds <= 0 || (seconds > LongestLife.TotalSeconds && WeChatApiException.IsForeign(api)))
            throw WeChatApiException.NoAnswer(api, "expires_in must be 1 to 86,400 seconds, and is not");

        TimeSpan life = seconds > LongestLife.TotalSeconds ? LongestLife : TimeSpan.FromSeconds(seconds);
        return new AccessToken(token, life, life);
    }
}
