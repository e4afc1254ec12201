using System.Collections;
using System.Reflection;
using FollowerSync.Accounts;
using FollowerSync.Alerts;
using FollowerSync.Arrivals;
using FollowerSync.CommandLine;
using FollowerSync.Database;
using FollowerSync.Logging;
using FollowerSync.Privacy;
using FollowerSync.Scheduling;
using FollowerSync.Settings;
using FollowerSync.Sync;
using FollowerSync.Telemetry.Exporting;
using FollowerSync.Web;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.Configuration;

namespace FollowerSync.Tests.Settings;

/// <summary>The <c>appsettings.json</c> people get says what the code does.</summary>
public sealed class ShippedSettingsTests
{
    private static readonly SettingsSources Shipped = SettingsSources.Load(Path.Combine(AppContext.BaseDirectory, "appsettings.json"));

    public static TheoryData<string, Type> Sections() => new()
    {
        { WeChatOptions.Section, typeof(WeChatOptions) },
        { TokenOptions.Section, typeof(TokenOptions) },
        { ScheduleOptions.Section, typeof(ScheduleOptions) },
        { SyncOptions.Section, typeof(SyncOptions) },
        { PrivacyOptions.Section, typeof(PrivacyOptions) },
        { DatabaseOptions.Section, typeof(DatabaseOptions) },
        { ArrivalsOptions.Section, typeof(ArrivalsOptions) },
        { AlertsOptions.Section, typeof(AlertsOptions) },
        { StatusPageOptions.Section, typeof(StatusPageOptions) },
        { TelemetryOptions.Section, typeof(TelemetryOptions) },
        { LoggingOptions.Section, typeof(LoggingOptions) },
        { SecretsOptions.Section, typeof(SecretsOptions) },
    };

    [Theory]
    [MemberData(nameof(Sections))]
    public void Every_setting_stands_in_it_with_its_default(string section, Type type)
    {
        object defaults = Activator.CreateInstance(type)!;
        object shipped = Shipped.Root.GetSection(section).Get(type)!;

        foreach (PropertyInfo property in type.GetProperties().Where(property => property.CanWrite))
        {
            Shipped.Root.GetSection(section).GetChildren().ShouldContain(child => child.Key == property.Name);
            if (property.PropertyType != typeof(string) && SettingType.IsSection(property.PropertyType))
                Every_setting_stands_in_it_with_its_default($"{section}:{property.Name}", property.PropertyType);
            else if (property.GetValue(defaults) is string or not IEnumerable)
                property.GetValue(shipped).ShouldBe(property.GetValue(defaults), $"{section}:{property.Name}");
        }
    }

    [Fact]
    public void The_language_of_the_command_line_is_that_of_the_environment() => SettingsSchema.ValueOfFile(Shipped.Root, LanguageChoice.Setting).ShouldBe("auto");

    [Fact]
    public void A_newcomer_is_told_what_to_fill_in()
    {
        IReadOnlyList<SettingsFault> faults = FollowerSyncSettings.Schema.Check(Shipped.Root);

        faults.Select(fault => fault.Key).ShouldBe(["WeChat:Accounts[0]:AppId", "WeChat:Accounts[0]:AppSecret"]);
    }
}
