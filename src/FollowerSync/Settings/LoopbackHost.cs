using System.Net;

namespace FollowerSync.Settings;

/// <summary>Names and addresses that nobody but this machine itself reaches. <see cref="Uri.IsLoopback"/> takes more for such, as "loopback", with which a web server listens on every address.</summary>
internal static class LoopbackHost
{
    /// <param name="host">A name, or an address with or without brackets; no port.</param>
    public static bool Is(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
}
