namespace FollowerSync.WeChat.Tokens;

/// <summary>WeChat's limits on fetching tokens, which are kept across restarts by counting in <c>followersync.api_usage</c>.</summary>
internal static class TokenLimits
{
    /// <summary>Calls of <c>/cgi-bin/token</c> a Beijing day (public default table; 200 for test accounts).</summary>
    public const long ClassicPerDay = 2_000;

    /// <summary>Replacements within an hour after which the word of another program is not enough for one more: a program that takes every error for a bad
    /// token would otherwise spend the day's calls, and void everybody's token once a minute.</summary>
    public const long ReplacedForOthersPerHour = 10;
}
