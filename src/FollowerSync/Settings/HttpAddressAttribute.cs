using FollowerSync.Languages;

namespace FollowerSync.Settings;

/// <summary>An absolute http or https address without user name, query and fragment, and without a path unless <see cref="PathAllowed"/>.
/// For a list, every entry; a missing address is right.</summary>
internal sealed class HttpAddressAttribute : SettingRuleAttribute
{
    public bool PathAllowed { get; init; }

    public override Sentence? Broken(object? value) => value switch
    {
        null => null,
        Uri address => IsRight(address) ? null : Rule,
        IEnumerable<Uri?> addresses => addresses.All(address => address is not null && IsRight(address)) ? null : (Sentence)$"{Rule}, each entry",
        _ => Rule,
    };

    private Sentence Rule => PathAllowed
        ? (Sentence)"must be an http or https address without user name"
        : "must be an http or https address without path, such as https://api.weixin.qq.com";

    private bool IsRight(Uri address) =>
        address.IsAbsoluteUri
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address.UserInfo.Length == 0
        && (PathAllowed || (address.AbsolutePath == "/" && address.Query.Length == 0 && address.Fragment.Length == 0));
}
