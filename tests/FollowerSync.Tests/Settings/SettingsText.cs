using System.Text;
using FollowerSync.CommandLine;
using FollowerSync.Settings;
using Microsoft.Extensions.Configuration;

namespace FollowerSync.Tests.Settings;

/// <summary>Settings given as the JSON of a file, and what the schema of the program says about them.</summary>
internal static class SettingsText
{
    public const string GoodAccount = """{ "Name": "brand", "AppId": "wx0123456789abcdef", "AppSecret": "0123456789abcdef0123456789abcdef" }""";

    public static IReadOnlyList<SettingsFault> Faults(string json, params string[] except) => FollowerSyncSettings.Schema.Check(Read(json), except);

    /// <summary>The faults of sections beside one good account.</summary>
    public static IReadOnlyList<SettingsFault> FaultsBesideAnAccount(string sections) =>
        Faults($$"""{ "WeChat": { "Accounts": [ {{GoodAccount}} ] }, {{sections}} }""");

    public static IConfigurationRoot Read(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
}
