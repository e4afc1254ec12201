using System.Globalization;
using FollowerSync.Languages;

namespace FollowerSync.Alerts.Channels;

/// <summary>What the return codes of robots mean, and what to do about each. A code nobody knows is a refusal.</summary>
internal static class RobotCodes
{
    /// <summary>Asked more than 20 times a minute, a robot of DingTalk takes nothing for so long.</summary>
    public static readonly TimeSpan SilenceOfDingTalk = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly Sentence BadKey = "the key of the robot is wrong, or the robot was deleted: copy the address anew from its page";
    private static readonly Sentence Busy = "the service is busy";
    private static readonly Sentence Often = "asked too often";
    private static readonly Sentence Long = "the message is too long";

    private static readonly Dictionary<(ChannelKind, long), Delivery> Table = new()
    {
        [(ChannelKind.WeCom, -1)] = Delivery.Passing(Busy),
        [(ChannelKind.WeCom, 93000)] = Delivery.Refused(BadKey, isSetting: true),
        [(ChannelKind.WeCom, 93004)] = Delivery.Refused("the robot is switched off", isSetting: true),
        [(ChannelKind.WeCom, 60020)] = Delivery.Refused("this machine's IP address is not on the robot's list", isSetting: true),
        [(ChannelKind.WeCom, 45009)] = Delivery.TooFast(Often, Minute),
        [(ChannelKind.WeCom, 45033)] = Delivery.TooFast(Often, Minute),
        [(ChannelKind.WeCom, 40058)] = Delivery.Refused(Long),
        [(ChannelKind.DingTalk, -1)] = Delivery.Passing(Busy),
        [(ChannelKind.DingTalk, 300001)] = Delivery.Refused(BadKey, isSetting: true),
        [(ChannelKind.DingTalk, 300005)] = Delivery.Refused(BadKey, isSetting: true),
        [(ChannelKind.DingTalk, 400101)] = Delivery.Refused(BadKey, isSetting: true),
        [(ChannelKind.DingTalk, 400102)] = Delivery.Refused("the robot is switched off", isSetting: true),
        [(ChannelKind.DingTalk, 310000)] = Delivery.Refused("its security settings refuse the message: the Secret is wrong, this machine's clock is off by more than an hour, the keyword is not FollowerSync, or the IP address is not on its list", isSetting: true),
        [(ChannelKind.DingTalk, 130101)] = Delivery.TooFast("asked too often; it takes nothing for 10 minutes", SilenceOfDingTalk),
        [(ChannelKind.DingTalk, 410100)] = Delivery.TooFast("asked too often; it takes nothing for 10 minutes", SilenceOfDingTalk),
        [(ChannelKind.DingTalk, 460101)] = Delivery.Refused(Long),
        [(ChannelKind.Feishu, 19001)] = Delivery.Refused(BadKey, isSetting: true),
        [(ChannelKind.Feishu, 19021)] = Delivery.Refused("the Secret is wrong, or this machine's clock is off by more than an hour", isSetting: true),
        [(ChannelKind.Feishu, 19022)] = Delivery.Refused("this machine's IP address is not on the robot's list", isSetting: true),
        [(ChannelKind.Feishu, 19024)] = Delivery.Refused("its keyword is not in the message: make it FollowerSync", isSetting: true),
        [(ChannelKind.Feishu, 19036)] = Delivery.Refused(Long),
        [(ChannelKind.Feishu, 9499)] = Delivery.TooFast(Often, Minute),
        [(ChannelKind.Feishu, 11232)] = Delivery.TooFast("the service is crowded, as it is on the hour", Minute),
        [(ChannelKind.Feishu, 11247)] = Delivery.Passing(Busy),
    };

    /// <summary>What the code comes to; one that is not known, by the HTTP status it came with.</summary>
    public static Delivery Meaning(ChannelKind kind, long code, HttpAnswer answer)
    {
        string number = code.ToString(CultureInfo.InvariantCulture);
        if (Table.TryGetValue((kind, code), out Delivery? known))
            return known with { What = $"{number}: {known.What}" };
        Delivery byStatus = answer.IsSuccess ? Delivery.Refused("unknown return code") : answer.ByStatus();
        return byStatus with { What = $"{number}: {byStatus.What}" };
    }
}
