using FollowerSync.CommandLine;
using FollowerSync.Settings;
using Microsoft.Extensions.Configuration;

namespace FollowerSync.Tests.Settings;

public sealed class SettingsFingerprintTests
{
    private static readonly Dictionary<string, string?> Two = new(StringComparer.Ordinal)
    {
        ["WeChat:Accounts:0:AppId"] = "wx0000000000000001",
        ["WeChat:Accounts:0:AppSecret"] = "00000000000000000000000000000001",
        ["WeChat:Accounts:1:AppId"] = "wx0000000000000002",
    };

    [Fact]
    public void It_names_the_sections_that_differ()
    {
        SettingsFingerprint.Differences(Of(Two), Of(With(("Schedule:Cron", "0 0 4 * * ?"), ("Sync:BatchSize", "50")))).ShouldBe(["Schedule", "Sync"]);
        SettingsFingerprint.Differences(Of(Two), Of(With(("WeChat:Accounts:2:AppId", "wx0000000000000003")))).ShouldBe(["WeChat"]);
    }

    [Theory]
    [InlineData("Schedule:Cron", "0 30 3 * * ?")]
    [InlineData("WeChat:Accounts:0:AppSecret", "another")]
    [InlineData("Privacy:HashKey", "a key of the tests, not of people")]
    [InlineData("Cluster:Node", "two")]
    [InlineData("StatusPage:Url", "http://10.0.0.1:80")]
    [InlineData("Arrivals:Url", "http://10.0.0.1:81")]
    [InlineData("Logging:Format", "Json")]
    [InlineData("Secrets:Folder", "/run/secrets")]
    [InlineData("Database:PrivateFolder", "/var/lib/x")]
    public void A_default_a_secret_and_what_belongs_to_one_machine_make_no_difference(string key, string value) => Of(With((key, value))).ShouldBe(Of(Two));

    [Fact]
    public void The_order_of_accounts_makes_no_difference() => Of(With(
        ("WeChat:Accounts:0:AppId", "wx0000000000000002"), ("WeChat:Accounts:1:AppId", "wx0000000000000001"))).ShouldBe(Of(Two));

    private static Dictionary<string, string?> With(params (string Key, string Value)[] changes)
    {
        Dictionary<string, string?> settings = new(Two, StringComparer.Ordinal);
        foreach ((string key, string value) in changes)
            settings[key] = value;
        return settings;
    }

    private static string Of(Dictionary<string, string?> settings) => FollowerSyncSettings.FingerprintOf(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
}
