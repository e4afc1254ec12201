using System.Net;
using Microsoft.Extensions.Options;

namespace FollowerSync.Arrivals;

/// <summary>From where a request of the public listener comes: who connected, or whom a known proxy names in <c>X-Forwarded-For</c>.</summary>
internal sealed class SenderAddress(IOptions<ArrivalsOptions> options)
{
    // Nobody has so many proxies of one's own in a row.
    private const int MostHops = 16;

    private readonly IPNetwork[] _proxies = [.. options.Value.KnownProxies.Select(Network)];

    /// <summary>The address; read from the right, as each proxy adds at the end whom it heard, and no further than to the first one that is no known proxy.</summary>
    public IPAddress Of(HttpContext context)
    {
        IPAddress address = Plain(context.Connection.RemoteIpAddress ?? IPAddress.None);
        string[] named = [.. context.Request.Headers["X-Forwarded-For"].SelectMany(header => (header ?? "").Split(',', StringSplitOptions.TrimEntries))];
        for (int at = named.Length - 1; at >= 0 && at >= named.Length - MostHops && IsProxy(address); at--)
        {
            if (!IPEndPoint.TryParse(named[at], out IPEndPoint? before))
                return address;
            address = Plain(before.Address);
        }

        return address;
    }

    private bool IsProxy(IPAddress address) => Array.Exists(_proxies, proxy => proxy.Contains(address));

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static IPNetwork Network(string proxy)
    {
        if (IPNetwork.TryParse(proxy, out IPNetwork network))
            return network;
        IPAddress address = Plain(IPAddress.Parse(proxy));
        return new IPNetwork(address, address.GetAddressBytes().Length * 8);
    }
}
