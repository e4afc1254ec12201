using System.Net;
using System.Net.Sockets;
using FollowerSync.Settings;
using FollowerSync.Web;

namespace FollowerSync.Arrivals;

/// <summary>The two listeners of a worker do not take each other's port, for which it would wait for ever.</summary>
internal static class ListenerRules
{
    private const string PageUrl = $"{StatusPageOptions.Section}:{nameof(StatusPageOptions.Url)}";
    private const string ArrivalsUrl = $"{ArrivalsOptions.Section}:{nameof(ArrivalsOptions.Url)}";

    public static IEnumerable<SettingsFault> Broken(IConfiguration settings)
    {
        string page = (settings.GetSection(StatusPageOptions.Section).Get<StatusPageOptions>() ?? new StatusPageOptions()).Url;
        string arrivals = settings[ArrivalsUrl] ?? "";
        if (page.Length > 0 && arrivals.Length > 0 && Meet(BindingAddress.Parse(page), BindingAddress.Parse(arrivals)))
            yield return new SettingsFault(ArrivalsUrl, $"must have another port than {PageUrl}: one worker listens on both", ShownValue.Of(arrivals, secret: false));
    }

    private static bool Meet(BindingAddress one, BindingAddress other) =>
        one.Port == other.Port && one.Port != 0 && AddressesOf(one.Host).Any(address => AddressesOf(other.Host).Any(second => Meet(address, second)));

    // Of the sixth version, every address is every one of the fourth too.
    private static bool Meet(IPAddress one, IPAddress other) =>
        one.Equals(other) || one.Equals(IPAddress.IPv6Any) || other.Equals(IPAddress.IPv6Any)
        || (one.AddressFamily == AddressFamily.InterNetwork && other.AddressFamily == AddressFamily.InterNetwork && (one.Equals(IPAddress.Any) || other.Equals(IPAddress.Any)));

    // As the web server takes it: a name other than localhost is every address.
    private static IPAddress[] AddressesOf(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) ? [IPAddress.Loopback, IPAddress.IPv6Loopback]
        : IPAddress.TryParse(host, out IPAddress? address) ? [address] : [IPAddress.IPv6Any];
}
