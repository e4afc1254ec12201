using FollowerSync.Languages;
using FollowerSync.Settings;

namespace FollowerSync.Alerts.Channels;

/// <summary>What a channel's settings have to be. Values are never shown: where one stands in a wrong place, it may be the secret.</summary>
internal static class ChannelRules
{
    private static readonly Dictionary<ChannelKind, (string Example, Sentence KeyOf)> Robots = new()
    {
        [ChannelKind.WeCom] = ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…", Sentence.Foreign("key")),
        [ChannelKind.DingTalk] = ("https://oapi.dingtalk.com/robot/send?access_token=…", Sentence.Foreign("access_token")),
        [ChannelKind.Feishu] = ("https://open.feishu.cn/open-apis/bot/v2/hook/…", "last part of the path"),
    };

    public static IEnumerable<SettingsFault> Broken(AlertChannelOptions channel)
    {
        if (ShownValue.LooksSecret(channel.Name) || channel.Name.Any(char.IsControl) || channel.Name.Contains("://", StringComparison.Ordinal))
            yield return new SettingsFault(nameof(channel.Name), "must be a name for people, which is shown and stored; it looks like a secret or an address, or has control characters in it");
        foreach (SettingsFault fault in channel.IsRobot ? OfRobot(channel) : channel.Kind == ChannelKind.Smtp ? MailRules.Broken(channel) : OfProgram(channel))
            yield return fault;
        if (channel.Kind != ChannelKind.Smtp && (channel.Password.Length > 0 || channel.To.Count > 0 || channel.From.Length > 0))
            yield return new SettingsFault(nameof(channel.Kind), "must be Smtp when From, To or Password is given", ShownValue.Of(channel.Kind.ToString(), secret: false));
        if (!channel.IsRobot && channel.Mentions.Count > 0)
            yield return new SettingsFault(nameof(channel.Mentions), "is for robots: WeCom, DingTalk and Feishu");
        foreach (string mention in channel.Mentions)
            if (mention.Length == 0 || mention.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter) || letter is '<' or '>' or '"'))
                yield return new SettingsFault(nameof(channel.Mentions), "must be @all, mobile numbers or user ids, one an entry");
    }

    private static IEnumerable<SettingsFault> OfRobot(AlertChannelOptions channel)
    {
        (string example, Sentence keyOf) = Robots[channel.Kind];
        if (channel.Key.Length > 0 && channel.Url.Length > 0)
            yield return new SettingsFault(nameof(channel.Key), "must be left out when Url is given: one of the two says where the robot is");
        else if (channel.Key.Length == 0 && channel.Url.Length == 0)
            yield return new SettingsFault(nameof(channel.Url), $"must be the robot's address ({example}), or Key its key alone", "empty");
        else if (channel.Key.Length > 0 && channel.Key.IndexOfAny(['/', '?', '&', '=', ':', ' ', '\t']) >= 0)
            yield return new SettingsFault(nameof(channel.Key), $"must be the robot's key alone ({keyOf} of its address). It looks like a whole address: put that into Url");
        else if (channel.Url.Length > 0 && AddressRule.Broken(channel.Url) is { } broken)
            yield return new SettingsFault(nameof(channel.Url), $"{broken}, as the robot's page shows it ({example})");
        else if (channel.Url.Length > 0 && !HasKey(channel.Kind, new Uri(channel.Url)))
            yield return new SettingsFault(nameof(channel.Url), $"must be the whole address of the robot with its key in it: {example}");
        if (channel.Kind == ChannelKind.WeCom && channel.Secret.Length > 0)
            yield return new SettingsFault(nameof(channel.Secret), "is for DingTalk, Feishu, Webhook and Alertmanager: WeCom knows no signature, the key is its secret");
    }

    private static bool HasKey(ChannelKind kind, Uri address) => kind switch
    {
        ChannelKind.WeCom => HasParameter(address, "key"),
        ChannelKind.DingTalk => HasParameter(address, "access_token"),
        _ => address.AbsolutePath.Length > 1 && !address.AbsolutePath.EndsWith('/'),
    };

    private static bool HasParameter(Uri address, string name) =>
        address.Query.TrimStart('?').Split('&').Any(pair => pair.StartsWith(name + "=", StringComparison.Ordinal) && pair.Length > name.Length + 1);

    private static IEnumerable<SettingsFault> OfProgram(AlertChannelOptions channel)
    {
        if (channel.Key.Length > 0)
            yield return new SettingsFault(nameof(channel.Key), "is for robots: WeCom, DingTalk and Feishu. Put the address into Url");
        if (channel.Url.Length == 0)
            yield return new SettingsFault(nameof(channel.Url), channel.Kind == ChannelKind.Alertmanager ? (Sentence)"must be Alertmanager's address, such as http://alertmanager:9093" : "must be the address that takes the alerts", "empty");
        else if (AddressRule.Broken(channel.Url) is { } broken)
            yield return new SettingsFault(nameof(channel.Url), broken);
        if (channel.Secret.Any(letter => letter is <= ' ' or > '~'))
            yield return new SettingsFault(nameof(channel.Secret), "must be visible ASCII without spaces: it is sent as Authorization: Bearer");
    }
}
