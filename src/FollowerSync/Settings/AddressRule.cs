using System.Net;
using System.Net.Sockets;
using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>Addresses that carry a secret: encrypted ones, and unencrypted ones only within the own house.</summary>
internal static class AddressRule
{
    private static readonly string[] HouseNames = [".local", ".localhost", ".internal", ".intranet", ".lan", ".svc", ".home.arpa", ".cluster.local"];

    /// <summary>What the address has to be, when it is not; null when it can be used.</summary>
    public static Sentence? Broken(string text) =>
        !Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp) || address.Host.Length == 0
            ? (Sentence)"must be an https address"
        : address.UserInfo.Length > 0 ? "must be an address without user name"
        : address.Scheme == Uri.UriSchemeHttp && !IsOfTheHouse(address) ? (Sentence)"must be https: http to a public host sends the secret in it readable to everybody on the way"
        : null;

    // A name without a dot is found by the house's own DNS alone, as are those that nobody can buy.
    private static bool IsOfTheHouse(Uri address)
    {
        string host = address.DnsSafeHost.TrimEnd('.');
        if (IPAddress.TryParse(host, out IPAddress? ip))
            return IsPrivate(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip);
        return !host.Contains('.', StringComparison.Ordinal) || HouseNames.Any(name => host.EndsWith(name, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsPrivate(IPAddress ip)
    {
        if (IPAddress.IsLoopback(ip) || ip.IsIPv6LinkLocal || ip.IsIPv6UniqueLocal)
            return true;
        if (ip.AddressFamily != AddressFamily.InterNetwork)
            return false;
        byte[] bytes = ip.GetAddressBytes();
        return bytes[0] == 10 || (bytes[0] == 172 && bytes[1] is >= 16 and <= 31) || (bytes[0] == 192 && bytes[1] == 168) || (bytes[0] == 169 && bytes[1] == 254);
    }
}
