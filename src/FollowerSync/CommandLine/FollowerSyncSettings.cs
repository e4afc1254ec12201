using FollowerSync.Accounts;
using FollowerSync.Alerts;
using FollowerSync.Arrivals;
using FollowerSync.Database;
using FollowerSync.Database.Schema;
using FollowerSync.Logging;
using FollowerSync.Nodes;
using FollowerSync.OAuth;
using FollowerSync.Privacy;
using FollowerSync.Scheduling;
using FollowerSync.Settings;
using FollowerSync.Sync;
using FollowerSync.Telemetry.Exporting;
using FollowerSync.Web;
using FollowerSync.WeChat.Tokens;

namespace FollowerSync.CommandLine;

/// <summary>Every setting of the program, folder by folder.</summary>
internal static class FollowerSyncSettings
{
    /// <summary>What verbs that need no account leave out of the check.</summary>
    public const string Accounts = $"{WeChatOptions.Section}:{nameof(WeChatOptions.Accounts)}";

    public static SettingsSchema Schema { get; } = new SettingsSchema()
        .ConnectionString(DatabaseOptions.ConnectionStringName, DatabaseOptions.BrokenConnectionString)
        .Section<WeChatOptions>(WeChatOptions.Section)
        .Section<TokenOptions>(TokenOptions.Section)
        .Section<ScheduleOptions>(ScheduleOptions.Section)
        .Section<ClusterOptions>(ClusterOptions.Section)
        .Section<SyncOptions>(SyncOptions.Section)
        .Section<PrivacyOptions>(PrivacyOptions.Section)
        .Section<DatabaseOptions>(DatabaseOptions.Section)
        .Section<AnalystsOptions>(AnalystsOptions.Section)
        .Section<ArrivalsOptions>(ArrivalsOptions.Section)
        .Rule(OAuthRules.Broken)
        .Section<AlertsOptions>(AlertsOptions.Section)
        .Rule(AlertAccounts.Broken)
        .Section<StatusPageOptions>(StatusPageOptions.Section)
        .Rule(ListenerRules.Broken)
        .Section<TelemetryOptions>(TelemetryOptions.Section)
        .Value(OtlpTarget.Endpoint, OtlpTarget.BrokenEndpoint)
        .Value(OtlpTarget.Protocol, OtlpTarget.BrokenProtocol)
        .Value(OtlpTarget.Headers, static _ => null)
        .FileValue(LanguageChoice.Setting, LanguageChoice.Broken)
        .Section<LoggingOptions>(LoggingOptions.Section)
        .Section<SecretsOptions>(SecretsOptions.Section);

    /// <summary>What the settings come to, section by section, without secrets and what belongs to one machine.</summary>
    public static string FingerprintOf(IConfiguration settings) => SettingsFingerprint.Of(settings, Schema, except: LoggingOptions.Section);
}
