namespace FollowerSync.WeChat.Calls;

/// <summary>How this program calls others: it follows nobody elsewhere with what it carries, keeps no cookies, goes by the machine's proxy, and tells no trace
/// collector's headers, since secrets stand in some addresses.</summary>
internal static class OutboundHandler
{
    /// <param name="longestConnect">Longest time a connection may take; null = as long as the call.</param>
    public static SocketsHttpHandler Create(TimeSpan? longestConnect = null) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        Proxy = new ProxyOfMachine(HttpClient.DefaultProxy),
        ConnectTimeout = longestConnect ?? Timeout.InfiniteTimeSpan,
        ActivityHeadersPropagator = null,
    };
}
