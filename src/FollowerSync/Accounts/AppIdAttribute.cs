using System.Text.RegularExpressions;
using FollowerSync.Languages;
using FollowerSync.Settings;

namespace FollowerSync.Accounts;

/// <summary>An AppID as the developer console shows it.</summary>
internal sealed partial class AppIdAttribute : SettingRuleAttribute
{
    public override Sentence? Broken(object? value) =>
        value is string text && IsAppId(text)
            ? null
            : (Sentence)"must be the AppID of the Official Account (mp.weixin.qq.com, Settings and development): wx and 16 hexadecimal digits";

    /// <summary>Whether a text is an AppID.</summary>
    public static bool IsAppId(string text) => Form().IsMatch(text);

    [GeneratedRegex("^wx[0-9a-fA-F]{16}\\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Form();
}
