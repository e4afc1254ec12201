using System.Globalization;
using FollowerSync.CommandLine;
using FollowerSync.CommandLine.Checks;
using FollowerSync.Tests.Settings;
using Spectre.Console;

namespace FollowerSync.Tests.CommandLine.Checks;

public sealed class ExposureChecksTests
{
    [Theory]
    [InlineData("", "ok")]
    [InlineData("Host=localhost;Username=u", "ok")]
    [InlineData("Host=127.0.0.1:5433,[::1]:5432;Username=u", "ok")]
    [InlineData("Host=/run/postgresql;Username=u", "ok")]
    [InlineData("Host=db.example;Username=u;SSL Mode=VerifyFull", "ok")]
    [InlineData("Host=db.example;Username=u;SSL Mode=VerifyCA", "ok")]
    [InlineData("Host=db.example;Username=u", "warning")]
    [InlineData("Host=db.example;Username=u;SSL Mode=Require", "warning")]
    [InlineData("Host=localhost,db.example:5433;Username=u", "warning")]
    [InlineData("Host=192.0.2.7;Username=u;SSL Mode=Disable", "warning")]
    public void A_foreign_database_without_a_proven_server_is_warned_of(string connectionString, string mark)
    {
        CheckResult result = Check("way to the database", $$"""{ "ConnectionStrings": { "FollowerSync": "{{connectionString}}" } }""");

        Mark(result).ShouldBe(mark);
        if (mark == "warning")
            result.Text.ShouldContain("SSL Mode=VerifyFull");
    }

    [Theory]
    [InlineData("""{ "WeChat": { "BaseAddress": "https://api.weixin.qq.com" } }""", null)]
    [InlineData("""{ "WeChat": { "BaseAddress": "http://127.0.0.1:9000" } }""", null)]
    [InlineData("""{ "WeChat": { "BaseAddress": "http://proxy.example" } }""", "WeChat:BaseAddress (proxy.example)")]
    [InlineData("""{ "WeChat": { "FallbackAddresses": [ "https://api2.weixin.qq.com", "http://proxy.example" ] } }""", "WeChat:FallbackAddresses[1] (proxy.example)")]
    [InlineData("""{ "WeChat": { "Accounts": [ { "TokenAddress": "http://tokens.example/token?key=hunter2" } ] } }""", "WeChat:Accounts[0]:TokenAddress (tokens.example)")]
    public void Every_address_that_leaves_the_machine_unencrypted_is_named(string settings, string? named)
    {
        CheckResult result = Check("way to WeChat", settings);

        Mark(result).ShouldBe(named is null ? "ok" : "warning");
        result.Text.ShouldContain(named ?? "encrypted");
        result.Text.ShouldNotContain("hunter2");
    }

    [Fact]
    public void A_file_that_others_may_read_is_named()
    {
        CheckResult result = Check("settings files", "{}", "/etc/followersync.json");

        Mark(result).ShouldBe("warning");
        result.Text.ShouldContain("/etc/followersync.json");
        result.Text.ShouldContain("chmod 600");
    }

    private static CheckResult Check(string name, string settings, params string[] exposed)
    {
        StringWriter output = new(CultureInfo.InvariantCulture);
        CheckList list = new(new CommandContext(output, output, AnsiConsole.Console, TimeProvider.System), quiet: true);
        new ExposureChecks(list).Run(SettingsText.Read(settings), exposed);
        return list.Report.Checks.Single(check => check.Name.ToString() == name);
    }

    private static string Mark(CheckResult result) => result.Mark.ToString().ToLowerInvariant();
}
