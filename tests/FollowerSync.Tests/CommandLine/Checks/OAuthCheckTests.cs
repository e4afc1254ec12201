using System.Globalization;
using FollowerSync.CommandLine;
using FollowerSync.CommandLine.Checks;
using FollowerSync.Tests.Settings;
using Spectre.Console;

namespace FollowerSync.Tests.CommandLine.Checks;

public sealed class OAuthCheckTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    [Fact]
    public void Without_targets_there_is_nothing_to_say() =>
        Check("""{ "WeChat": { "Accounts": [ { "AppId": "wx0123456789abcdef" } ] } }""").ShouldBeEmpty();

    [Fact]
    public void What_to_enter_in_the_console_is_said_with_the_file_it_asks_for()
    {
        CheckResult[] results = Check(Settings("https://fs.example", "http://0.0.0.0:8081", $$"""{ "shop": { "Url": "https://shop.example/", "Key": "{{Key}}" } }"""));

        results.ShouldAllBe(result => result.Mark == CheckMark.Ok && result.Account == "brand");
        results[0].Text.ShouldContain("https://fs.example/oauth/wx0123456789abcdef/start with the query to=NAME.");
        results[0].Text.ShouldContain("enter fs.example as web authorisation domain");
        results[0].Text.ShouldContain("https://fs.example/MP_verify_….txt");
        results[1].Text.ShouldBe("openids are signed for shop");
        results.ShouldAllBe(result => !result.Text.ToString().Contains(Key));
    }

    [Theory]
    [InlineData("https://fs.example", "", "Arrivals:Url is empty")]
    [InlineData("http://127.0.0.1:8081", "http://127.0.0.1:8081", "a domain name")]
    [InlineData("https://203.0.113.7", "http://0.0.0.0:8081", "a domain name")]
    [InlineData("https://[2001:db8::1]", "http://0.0.0.0:8081", "a domain name")]
    [InlineData("https://fs.example:8443", "http://0.0.0.0:8081", "the usual port")]
    public void What_WeChat_does_not_take_is_warned_of(string publicBase, string url, string text)
    {
        CheckResult result = Check(Settings(publicBase, url, $$"""{ "shop": { "Url": "https://shop.example/", "Key": "{{Key}}" } }"""))[0];

        result.Mark.ShouldBe(CheckMark.Warning);
        result.Text.ShouldContain(text);
    }

    [Fact]
    public void Pages_without_key_or_without_encryption_are_named()
    {
        CheckResult[] results = Check(Settings("https://fs.example", "http://0.0.0.0:8081", $$"""{ "bare": { "Url": "https://a.example/" }, "open": { "Url": "http://b.example/", "Key": "{{Key}}" } }"""));

        results.Skip(1).ShouldAllBe(result => result.Mark == CheckMark.Warning);
        results[1].Text.ShouldContain("no Key for bare");
        results[2].Text.ShouldContain("on the way to open");
    }

    private static string Settings(string publicBase, string url, string targets) =>
        $$"""{ "WeChat": { "Accounts": [ { "Name": "brand", "AppId": "wx0123456789abcdef", "OAuth": { "Targets": {{targets}} } } ] }, "Arrivals": { "Url": "{{url}}", "PublicBase": "{{publicBase}}" } }""";

    private static CheckResult[] Check(string settings)
    {
        StringWriter output = new(CultureInfo.InvariantCulture);
        CheckList list = new(new CommandContext(output, output, AnsiConsole.Console, TimeProvider.System), quiet: true);
        new OAuthCheck(list).Run(SettingsText.Read(settings));
        return [.. list.Report.Checks];
    }
}
