using FollowerSync.Languages;
using FollowerSync.Settings;

namespace FollowerSync.Web;

/// <summary>An http address to listen on: host and port, nothing else; empty = none.</summary>
internal sealed class ListenAddressAttribute : SettingRuleAttribute
{
    public override Sentence? Broken(object? value) =>
        value is string { Length: 0 } ? null
        : value is not string text || !text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || !Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || !IsRight(address) ? (Sentence)"must be http://HOST:PORT without path, or empty for none"
        // Uri takes "loopback" for "localhost"; the web server takes it for a name, and listens on every address.
        : address.IsLoopback && !LoopbackHost.Is(BindingAddress.Parse(text).Host) ? (Sentence)"must say 127.0.0.1 or localhost for this machine alone: with another word the server listens on every address"
        : null;

    private static bool IsRight(Uri address) =>
        address.Host.Length > 0
        && address.UserInfo.Length == 0
        && address.PathAndQuery == "/"
        && address.Fragment.Length == 0;
}
