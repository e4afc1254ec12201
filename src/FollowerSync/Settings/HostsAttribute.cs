using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>One or more servers as <c>host</c> or <c>host:port</c>, separated by commas; or empty.</summary>
internal sealed class HostsAttribute : SettingRuleAttribute
{
    public override Sentence? Broken(object? value) =>
        value is string text && (text.Length == 0 || text.Split(',').All(IsHost)) ? null : (Sentence)"must be a host, or host:port, or several separated by commas";

    // By the rules of addresses, so that one of IPv6 stands in brackets.
    private static bool IsHost(string text) =>
        text.Length > 0 && text.IndexOfAny(['@', '/', '?', '#', ' ']) < 0 && Uri.TryCreate($"tcp://{text}", UriKind.Absolute, out Uri? uri) && uri.Host.Length > 0;
}
