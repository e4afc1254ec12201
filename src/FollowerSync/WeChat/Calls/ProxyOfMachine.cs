using System.Net;

namespace FollowerSync.WeChat.Calls;

/// <summary>The proxy that the environment or the system names, for all but this machine itself: the demo, the emulator or a token service on it cannot be
/// reached by way of another machine.</summary>
/// <param name="proxy">What the environment names.</param>
internal sealed class ProxyOfMachine(IWebProxy proxy) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => proxy.Credentials;
        set => proxy.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : proxy.GetProxy(destination);

    public bool IsBypassed(Uri host) => IsLoopback(host) || proxy.IsBypassed(host);

    // Any address of 127.0.0.0/8, ::1 and what is mapped to it, and what RFC 6761 keeps for this machine.
    private static bool IsLoopback(Uri host) =>
        host.IsLoopback
        || (IPAddress.TryParse(host.DnsSafeHost, out IPAddress? address) && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address))
        || host.DnsSafeHost.TrimEnd('.').EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || host.DnsSafeHost.TrimEnd('.').Equals("localhost", StringComparison.OrdinalIgnoreCase);
}
