using FollowerSync.Accounts;
using FollowerSync.CommandLine;
using FollowerSync.Settings;

namespace FollowerSync.Tests.Settings;

public sealed class AccountSettingsTests
{
    [Fact]
    public void No_account_is_a_fault_for_those_who_need_one()
    {
        SettingsText.Faults("{}").ShouldHaveSingleItem().Key.ShouldBe("WeChat:Accounts");
        SettingsText.Faults("{}", FollowerSyncSettings.Accounts).ShouldBeEmpty();
    }

    [Fact]
    public void Faults_within_accounts_are_left_out_too_for_those_who_need_none() =>
        SettingsText.Faults("""{ "WeChat": { "Accounts": [ { "AppId": "" } ] } }""", FollowerSyncSettings.Accounts).ShouldBeEmpty();

    [Fact]
    public void A_placeholder_account_is_told_what_to_fill_in()
    {
        IReadOnlyList<SettingsFault> faults = SettingsText.Faults("""{ "WeChat": { "Accounts": [ { "Name": "x", "AppId": "", "AppSecret": "" } ] } }""");

        faults.Select(fault => fault.Key).ShouldBe(["WeChat:Accounts[0]:AppId", "WeChat:Accounts[0]:AppSecret"]);
        faults[0].ToString().ShouldContain("mp.weixin.qq.com");
    }

    [Theory]
    [InlineData(" wx0123456789abcdef")]
    [InlineData("wx0123456789abcdef\\n")]
    public void Blanks_around_an_AppId_do_not_count(string appId)
    {
        SettingsText.Faults(Accounts($$"""{ "AppId": "{{appId}}", "AppSecret": "s3cr3tvalue" }""")).ShouldBeEmpty();
        new AccountOptions { AppId = appId.Replace("\\n", "\n", StringComparison.Ordinal) }.AppId.ShouldBe("wx0123456789abcdef");
    }

    [Theory]
    [InlineData("wx123")]
    [InlineData("gh_0123456789ab")]
    [InlineData("wx0123456789abcdeg")]
    [InlineData("wx0123456789abcdef\\nx")]
    public void Other_ids_are_not_AppIds(string appId) =>
        SettingsText.Faults(Accounts($$"""{ "AppId": "{{appId}}", "AppSecret": "s3cr3tvalue" }""")).ShouldHaveSingleItem().Key.ShouldBe("WeChat:Accounts[0]:AppId");

    [Fact]
    public void The_same_account_twice_is_a_fault() =>
        SettingsText.Faults(Accounts($"{SettingsText.GoodAccount}, {SettingsText.GoodAccount}"))
            .ShouldHaveSingleItem().ToString().ShouldBe("WeChat:Accounts[1]:AppId must differ from that of Accounts[0]; it is \"wx0123456789abcdef\"");

    [Fact]
    public void The_same_name_twice_is_a_fault() =>
        SettingsText.Faults(Accounts($$"""{{SettingsText.GoodAccount}}, { "Name": "BRAND", "AppId": "wxfedcba9876543210", "AppSecret": "s3cr3tvalue" }"""))
            .ShouldHaveSingleItem().Key.ShouldBe("WeChat:Accounts[1]:Name");

    [Fact]
    public void An_external_token_needs_an_address_and_no_secret()
    {
        const string Account = """{ "AppId": "wx0123456789abcdef", "TokenSource": "External" """;

        SettingsText.Faults(Accounts($$"""{{Account}} }""")).ShouldHaveSingleItem().Key.ShouldBe("WeChat:Accounts[0]:TokenAddress");
        SettingsText.Faults(Accounts($$"""{{Account}}, "TokenAddress": "https://tokens.example/wechat/brand" }""")).ShouldBeEmpty();
    }

    [Fact]
    public void A_secret_with_a_line_end_is_a_fault_that_does_not_show_it()
    {
        SettingsFault fault = SettingsText.Faults(Accounts("""{ "AppId": "wx0123456789abcdef", "AppSecret": "topsecret\r" }""")).ShouldHaveSingleItem();

        fault.Key.ShouldBe("WeChat:Accounts[0]:AppSecret");
        fault.ToString().ShouldNotContain("topsecret");
    }

    [Fact]
    public void A_swapped_pair_is_named_as_such_and_not_shown()
    {
        IReadOnlyList<SettingsFault> faults = SettingsText.Faults(Accounts("""{ "AppId": "0123456789abcdef0123456789abcdef", "AppSecret": "wx0123456789abcdef" }"""));

        string message = new SettingsException(faults, "Sources.").Message;
        message.ShouldContain("AppId and AppSecret look swapped");
        message.ShouldNotContain("0123456789abcdef");
    }

    [Theory]
    [InlineData("Name")]
    [InlineData("AppId")]
    [InlineData("Language")]
    [InlineData("TokenSource")]
    [InlineData("TokenAddress")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    public void What_looks_like_a_secret_is_shown_in_no_place_of_an_account(string key)
    {
        string account = $$"""{ "AppSecret": "s3cr3tvalue", "{{key}}": "0123456789abcdef0123456789abcdef" }""";
        IReadOnlyList<SettingsFault> faults = SettingsText.Faults(Accounts($"{account}, {account}"));

        faults.ShouldNotBeEmpty();
        new SettingsException(faults, "Sources.").Message.ShouldNotContain("0123456789abcdef");
    }

    [Theory]
    [InlineData("""{ "WeChat": { "Accounts": [ { "AppId": "wx0123456789abcdef", "AppSecrett": "topsecret" } ] } }""")]
    [InlineData("""{ "WeChat": { "Accounts": [ { "AppId": "wx0123456789abcdef", "AppSecret": { "Value": "topsecret" } } ] } }""")]
    [InlineData("""{ "WeChat": { "BaseAddress": "https://me:topsecret@api.example" } }""")]
    [InlineData("""{ "WeChat": { "BaseAddress": "https://api.example/token?secret=topsecret" } }""")]
    [InlineData("""{ "ConnectionStrings": { "FollowerSync": "Host=db;Pasword=topsecret" } }""")]
    [InlineData("""{ "ConnectionStrings": { "FollowerSync": "Host=me:topsecret@db" } }""")]
    [InlineData("""{ "ConnectionStrings": { "FollowerSync": "Host=postgres://me:topsecret@db" } }""")]
    [InlineData("""{ "ConnectionStrings": { "FollowerSync": "Host=db;Password=topsecret\r" } }""")]
    [InlineData("""{ "ConnectionStrings": { "FollowerSync": "postgres://me:topsecret@db/followers" } }""")]
    public void No_message_shows_a_secret(string json)
    {
        IReadOnlyList<SettingsFault> faults = SettingsText.Faults(json);

        faults.ShouldNotBeEmpty();
        new SettingsException(faults, "Sources.").Message.ShouldNotContain("topsecret");
    }

    private static string Accounts(string accounts) => $$"""{ "WeChat": { "Accounts": [ {{accounts}} ] } }""";
}
