namespace FollowerSync.Web;

/// <summary>Host names the page answers to. Any other means that a page of another site has pointed its own name at this machine.</summary>
internal static class AnsweredHosts
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];
    private static readonly string[] EveryAddress = ["0.0.0.0", "[::]", "*", "+"];

    public static IList<string> Of(StatusPageOptions options)
    {
        IEnumerable<string> own = new[] { new Uri(options.Url), options.PublicBase }.OfType<Uri>().Select(address => address.Host).Except(EveryAddress, StringComparer.Ordinal);
        return [.. Loopback.Concat(own).Concat(options.AllowedHosts).Distinct(StringComparer.OrdinalIgnoreCase)];
    }
}
