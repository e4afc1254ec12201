using FollowerSync.Emulator;
using FollowerSync.Logging;
using FollowerSync.Privacy;
using Serilog.Events;

namespace FollowerSync.CommandLine.Demo;

/// <summary>The settings of the demo. Everything else has its default; nobody's file or environment is read.</summary>
internal static class DemoSettings
{
    private const string UsualPage = "http://127.0.0.1:8080";
    private const string AnyPort = "http://127.0.0.1:0";

    public static LoggingOptions Logging { get; } = new()
    {
        Level = new Dictionary<string, LogEventLevel>(StringComparer.Ordinal) { [LoggingOptions.DefaultCategory] = LogEventLevel.Warning },
    };

    public static IReadOnlyDictionary<string, string?> Of(WeChatEmulator weChat, string connectionString) => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["ConnectionStrings:FollowerSync"] = connectionString,
        ["WeChat:BaseAddress"] = weChat.BaseAddress.GetLeftPart(UriPartial.Authority),
        ["WeChat:Accounts:0:Name"] = "demo",
        ["WeChat:Accounts:0:AppId"] = weChat.Account.AppId,
        ["WeChat:Accounts:0:AppSecret"] = weChat.Account.AppSecret,
        ["WeChat:Accounts:0:Push:Token"] = EmulatedPushOptions.DefaultToken,
        ["WeChat:Accounts:0:Push:EncodingAesKey"] = EmulatedPushOptions.DefaultEncodingAesKey,
        ["Arrivals:Url"] = AnyPort,
        ["Schedule:Cron"] = "0 * * * * ?",
        ["Privacy:AfterUnfollow"] = nameof(AfterUnfollow.Keep),
        ["StatusPage:Url"] = LocalPort.Obstacle(new Uri(UsualPage)) is null ? UsualPage : AnyPort,
    };
}
