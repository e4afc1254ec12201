using FollowerSync.Accounts;
using FollowerSync.Arrivals;
using FollowerSync.Languages;
using FollowerSync.Settings;

namespace FollowerSync.OAuth;

/// <summary>What web authorisation needs of other sections.</summary>
internal static class OAuthRules
{
    private const string PublicBase = $"{ArrivalsOptions.Section}:{nameof(ArrivalsOptions.PublicBase)}";
    private const string StateKey = $"{ArrivalsOptions.Section}:{nameof(ArrivalsOptions.StateKey)}";

    public static IEnumerable<SettingsFault> Broken(IConfiguration settings)
    {
        WeChatOptions weChat = settings.GetSection(WeChatOptions.Section).Get<WeChatOptions>() ?? new WeChatOptions();
        if (weChat.Accounts.FirstOrDefault(account => account.OAuth.IsOn) is not { } account)
            yield break;

        ArrivalsOptions arrivals = settings.GetSection(ArrivalsOptions.Section).Get<ArrivalsOptions>() ?? new ArrivalsOptions();
        Sentence who = $"web authorisation of {account.DisplayName}";
        if (arrivals.PublicBase is null)
            yield return new SettingsFault(PublicBase, $"must be the https address at which visitors reach this program: {who} needs it", "empty");
        else if (arrivals.PublicBase.Scheme != Uri.UriSchemeHttps && !arrivals.PublicBase.IsLoopback)
            yield return new SettingsFault(PublicBase, $"must begin with https:// for {who}: its cookie is not sent otherwise", ShownValue.Of(arrivals.PublicBase.ToString(), secret: false));
        if (arrivals.StateKey.Length == 0)
            yield return new SettingsFault(StateKey, $"must be given: {who} needs it. 64 hexadecimal digits, the same on all machines, from: openssl rand -hex 32", "empty");
    }
}
