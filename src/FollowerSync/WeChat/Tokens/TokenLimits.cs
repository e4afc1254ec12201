namespace FollowerSync.WeChat.Tokens;

/// <summary>WeChat's limits on fetching tokens, which are kept across restarts by counting in <c>followersync.api_usage</c>.</summary>
internal static class TokenLimits
{
    /// <summary>Calls of <c>/cgi-bin/token</c> a Beijing day (public default table; 200 for test accounts).</summary>
    public const long ClassicPerDay = 2_000;
}
