using FollowerSync.Settings;
using FollowerSync.Tests.Settings;

namespace FollowerSync.Tests.OAuth;

public sealed class OAuthSettingsTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";
    private const string StateKey = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Good = $$"""{ "PublicBase": "https://fs.example", "StateKey": "{{StateKey}}" }""";

    [Fact]
    public void Targets_with_address_and_key_are_right() => Faults(Good).ShouldBeEmpty();

    [Fact]
    public void Targets_need_the_public_address_and_the_key_of_states()
    {
        IReadOnlyList<SettingsFault> faults = Faults("{ }");

        faults.Select(fault => fault.Key).ShouldBe(["Arrivals:PublicBase", "Arrivals:StateKey"]);
        faults[0].ToString().ShouldContain("web authorisation of brand");
        faults[1].ToString().ShouldContain("openssl rand -hex 32");
    }

    [Theory]
    [InlineData("http://fs.example", false)]
    [InlineData("http://10.0.0.7:8081", false)]
    [InlineData("https://fs.example/path", false)]
    [InlineData("http://127.0.0.1:8081", true)]
    [InlineData("http://localhost:8081", true)]
    public void The_public_address_is_https_or_this_machine(string address, bool isRight) =>
        Faults($$"""{ "PublicBase": "{{address}}", "StateKey": "{{StateKey}}" }""").Any(fault => fault.Key == "Arrivals:PublicBase").ShouldBe(!isRight);

    [Theory]
    [InlineData("0123")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg")]
    public void A_key_of_states_that_is_none_is_not_shown(string key)
    {
        SettingsFault fault = Faults($$"""{ "PublicBase": "https://fs.example", "StateKey": "{{key}}" }""").ShouldHaveSingleItem();

        fault.Key.ShouldBe("Arrivals:StateKey");
        fault.ToString().ShouldNotContain(key);
    }

    [Theory]
    [InlineData("shop", "https://shop.example/?fs_openid=x")]
    [InlineData("shop", "https://shop.example/?a=1&FS_state=x")]
    [InlineData("shop", "https://me:secret@shop.example/")]
    [InlineData("shop", "javascript:alert(1)")]
    [InlineData("shop", "/relative")]
    [InlineData("shop", "")]
    [InlineData("a b", "https://shop.example/")]
    [InlineData("a&to=b", "https://shop.example/")]
    [InlineData("店", "https://shop.example/")]
    public void A_target_is_a_plain_name_and_a_whole_address(string name, string url) => Faults(Good, name, url).ShouldNotBeEmpty();

    [Fact]
    public void An_account_that_gets_its_token_elsewhere_needs_its_secret_for_visitors()
    {
        const string External = """ "TokenSource": "External", "TokenAddress": "https://tokens.example/" """;

        SettingsFault fault = SettingsText.Faults(
            $$"""{ "WeChat": { "Accounts": [ { "AppId": "wx0123456789abcdef", {{External}}, "OAuth": { "Targets": { "shop": { "Url": "https://shop.example/", "Key": "{{Key}}" } } } } ] }, "Arrivals": {{Good}} }""")
            .ShouldHaveSingleItem();

        fault.Key.ShouldBe("WeChat:Accounts[0]:AppSecret");
        fault.ToString().ShouldContain("web authorisation");
    }

    private static IReadOnlyList<SettingsFault> Faults(string arrivals, string name = "shop", string url = "https://shop.example/welcome?a=1#top") => SettingsText.Faults(
        $$"""{ "WeChat": { "Accounts": [ { "Name": "brand", "AppId": "wx0123456789abcdef", "AppSecret": "s3cr3tvalue", "OAuth": { "Targets": { "{{name}}": { "Url": "{{url}}", "Key": "{{Key}}" } } } } ] }, "Arrivals": {{arrivals}} }""");
}
