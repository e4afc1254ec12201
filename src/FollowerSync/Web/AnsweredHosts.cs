namespace FollowerSync.Web;

/// <summary>Host names the page answers to. Any other means that a page of another site has pointed its own name at this machine.</summary>
internal static class AnsweredHosts
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];
    private static readonly string[] EveryAddress = ["0.0.0.0", "[::]", "*", "+"];

    /// <summary>Whether some request may be for it: whole names are compared, without their port.</summary>
    public static bool CanBe(string host) =>
        host == "*" || Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) switch
        {
            UriHostNameType.Dns => true,
            UriHostNameType.IPv4 => host[0] != '*',
            UriHostNameType.IPv6 => host[0] == '[',
            _ => false,
        };

    public static IList<string> Of(StatusPageOptions options)
    {
        IEnumerable<string> own = new[] { new Uri(options.Url), options.PublicBase }.OfType<Uri>().Select(address => address.Host).Except(EveryAddress, StringComparer.Ordinal);
        return [.. Loopback.Concat(own).Concat(options.AllowedHosts).Distinct(StringComparer.OrdinalIgnoreCase)];
    }
}
