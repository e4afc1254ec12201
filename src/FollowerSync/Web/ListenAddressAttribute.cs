using FollowerSync.Languages;
using FollowerSync.Settings;

namespace FollowerSync.Web;

/// <summary>An http address to listen on: host and port, nothing else; empty = none.</summary>
internal sealed class ListenAddressAttribute : SettingRuleAttribute
{
    public override Sentence? Broken(object? value) =>
        value is string text && (text.Length == 0 || IsRight(text)) ? null : (Sentence)"must be http://HOST:PORT without path, or empty for none";

    private static bool IsRight(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address)
        && address.Scheme == Uri.UriSchemeHttp
        && address.Host.Length > 0
        && address.UserInfo.Length == 0
        && address.PathAndQuery == "/"
        && address.Fragment.Length == 0;
}
