using FollowerSync.CommandLine;
using FollowerSync.Settings;

namespace FollowerSync.Tests.Settings;

/// <summary>Mistakes in who is told are named with key and rule, and never with a secret.</summary>
public sealed class AlertSettingsTests
{
    private const string Secret = "693a91f6-0000-4aaa-8bbb-1234567890ab";

    [Theory]
    [InlineData("""{ "Kind": "WeCom", "Key": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-0000-4aaa-8bbb-1234567890ab" }""", "Key", "It looks like a whole address: put that into Url")]
    [InlineData("""{ "Kind": "WeCom", "Key": "key=693a91f6-0000-4aaa-8bbb-1234567890ab" }""", "Key", "must be the robot's key alone")]
    [InlineData("""{ "Kind": "WeCom" }""", "Url", "must be the robot's address")]
    [InlineData("""{ "Kind": "WeCom", "Url": "693a91f6-0000-4aaa-8bbb-1234567890ab" }""", "Url", "must be an https address")]
    [InlineData("""{ "Kind": "WeCom", "Url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send" }""", "Url", "with its key in it")]
    [InlineData("""{ "Kind": "WeCom", "Url": "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-0000-4aaa-8bbb-1234567890ab" }""", "Url", "must be https")]
    [InlineData("""{ "Kind": "WeCom", "Url": "https://a.example/?key=1", "Key": "693a91f6-0000-4aaa-8bbb-1234567890ab" }""", "Key", "must be left out when Url is given")]
    [InlineData("""{ "Kind": "WeCom", "Key": "k", "Secret": "693a91f6-0000-4aaa-8bbb-1234567890ab" }""", "Secret", "WeCom knows no signature")]
    [InlineData("""{ "Kind": "DingTalk", "Url": "https://oapi.dingtalk.com/robot/send?key=693a91f6-0000-4aaa-8bbb-1234567890ab" }""", "Url", "access_token")]
    [InlineData("""{ "Kind": "Feishu", "Url": "https://open.feishu.cn/" }""", "Url", "with its key in it")]
    [InlineData("""{ "Kind": "Slack", "Key": "k" }""", "Kind", "must be one of WeCom, DingTalk, Feishu, Alertmanager, Webhook, Smtp")]
    [InlineData("""{ "Kind": "Webhook" }""", "Url", "must be the address that takes the alerts")]
    [InlineData("""{ "Kind": "Webhook", "Url": "http://hub.brand.example/693a91f6-0000-4aaa-8bbb-1234567890ab" }""", "Url", "http to a public host")]
    [InlineData("""{ "Kind": "Webhook", "Url": "https://user:693a91f6-0000-4aaa-8bbb-1234567890ab@hub.example/" }""", "Url", "without user name")]
    [InlineData("""{ "Kind": "Webhook", "Url": "https://a.example/", "Key": "k" }""", "Key", "is for robots")]
    [InlineData("""{ "Kind": "Webhook", "Url": "https://a.example/", "Mentions": [ "@all" ] }""", "Mentions", "is for robots")]
    [InlineData("""{ "Kind": "WeCom", "Key": "k", "MinSeverity": "Fatal" }""", "MinSeverity", "must be one of Warning, Critical")]
    [InlineData("""{ "Kind": "WeCom", "Key": "k", "To": [ "ops@brand.example" ] }""", "Kind", "must be Smtp")]
    [InlineData("""{ "Kind": "WeCom", "Key": "k", "Accounts": [ "nobody" ] }""", "Accounts[0]", "must be the name or AppId of an account")]
    [InlineData("""{ "Kind": "Smtp", "Url": "smtp://a%40brand.example@smtp.example:25", "Password": "p4ss", "To": [ "ops@brand.example" ], "Security": "None" }""", "Security", "must be one of StartTls, Tls")]
    [InlineData("""{ "Kind": "Smtp", "Url": "smtps://smtp.example", "To": [ "ops@brand.example" ] }""", "Url", "set Security to Tls")]
    [InlineData("""{ "Kind": "Smtp", "Url": "smtp://a:693a91f6-0000-4aaa-8bbb-1234567890ab@smtp.example", "To": [ "ops@brand.example" ] }""", "Url", "that goes into Password")]
    [InlineData("""{ "Kind": "Smtp", "Url": "smtp://a%40brand.example@smtp.example", "To": [ "ops@brand.example" ] }""", "Password", "must be the password")]
    [InlineData("""{ "Kind": "Smtp", "Url": "smtp://a%40brand.example@smtp.example", "Password": "p4ss" }""", "To", "must name at least one mailbox")]
    [InlineData("""{ "Kind": "Smtp", "Url": "smtp://a%40brand.example@smtp.example", "Password": "p4ss", "To": [ "ops" ] }""", "To[0]", "must be a mailbox")]
    [InlineData("""{ "Kind": "Smtp", "Url": "smtp://smtp.example", "To": [ "ops@brand.example" ] }""", "From", "must be the sender's mailbox")]
    public void A_wrong_channel_is_named(string channel, string key, string rule)
    {
        SettingsFault fault = SettingsText.FaultsBesideAnAccount($$"""  "Alerts": { "Channels": [ {{channel}} ] } """).ShouldHaveSingleItem();

        fault.Key.ShouldBe($"Alerts:Channels[0]:{key}");
        fault.ToString().ShouldContain(rule);
        fault.ToString().ShouldNotContain(Secret);
    }

    [Theory]
    [InlineData("""{ "Kind": "WeCom", "Key": "693a91f6-0000-4aaa-8bbb-1234567890ab", "Mentions": [ "@all" ], "Accounts": [ "brand", "wx0123456789abcdef" ] }""")]
    [InlineData("""{ "Kind": "DingTalk", "Url": "https://oapi.dingtalk.com/robot/send?access_token=abc", "Secret": "SEC1" }""")]
    [InlineData("""{ "Kind": "Feishu", "Url": "https://open.larksuite.com/open-apis/bot/v2/hook/abc" }""")]
    [InlineData("""{ "Kind": "Alertmanager", "Url": "http://alertmanager:9093" }""")]
    [InlineData("""{ "Kind": "Webhook", "Url": "http://10.1.2.3:8080/prometheusalert?type=wx", "Secret": "abc" }""")]
    [InlineData("""{ "Kind": "Webhook", "Url": "http://hub.monitoring.svc.cluster.local/" }""")]
    [InlineData("""{ "Kind": "Smtp", "Url": "smtp://smtp.brand.example", "From": "FollowerSync <fs@brand.example>", "To": [ "ops@brand.example" ], "Security": "Tls" }""")]
    public void A_right_channel_is_taken(string channel) => SettingsText.FaultsBesideAnAccount($$"""  "Alerts": { "Channels": [ {{channel}} ] } """).ShouldBeEmpty();

    [Fact]
    public void Two_channels_of_one_name_are_named() =>
        SettingsText.FaultsBesideAnAccount("""  "Alerts": { "Channels": [ { "Key": "a" }, { "Key": "b" } ] } """).ShouldHaveSingleItem().ToString().ShouldContain("Alerts:Channels[1]:Name must differ");

    [Theory]
    [InlineData("http://hc-ping.com/693a91f6-0000-4aaa-8bbb-1234567890ab", "must be https")]
    [InlineData("693a91f6-0000-4aaa-8bbb-1234567890ab", "must be an https address")]
    public void A_wrong_heartbeat_is_named_and_not_shown(string url, string rule)
    {
        SettingsFault fault = SettingsText.Faults($$"""{ "WeChat": { "Accounts": [ { "AppId": "wx0123456789abcdef", "AppSecret": "0123456789abcdef0123456789abcdef", "HeartbeatUrl": "{{url}}" } ] } }""").ShouldHaveSingleItem();

        fault.ToString().ShouldContain(rule);
        fault.ToString().ShouldNotContain(Secret);
    }

    [Fact]
    public void Of_an_address_what_nobody_may_see_counts_as_secret_and_nothing_else()
    {
        AddressSecrets.Of($"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={Secret}").ShouldBe([Secret]);
        AddressSecrets.Of($"https://open.feishu.cn/open-apis/bot/v2/hook/{Secret}").ShouldBe([Secret]);
        AddressSecrets.Of("https://hub.example/services/T012345678901/B0/x9x9x9x9x9?type=wx").ShouldBe(["T012345678901", "x9x9x9x9x9"]);
        AddressSecrets.Of("smtp://alerts%40brand.example@smtp.brand.example:587").ShouldBeEmpty();
        SecretValues.Of(SettingsText.Read($$"""{ "Alerts": { "Channels": [ { "Url": "https://a.example/{{Secret}}" } ] } }"""), FollowerSyncSettings.Schema, inPart: true).ShouldHaveSingleItem();
    }
}
