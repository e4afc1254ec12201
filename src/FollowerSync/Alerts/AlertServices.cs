using FollowerSync.Alerts.Channels;
using FollowerSync.Alerts.Heartbeats;
using FollowerSync.Alerts.Texts;
using FollowerSync.Languages;
using FollowerSync.Logging;
using FollowerSync.Runs;
using FollowerSync.Settings;
using FollowerSync.Web;
using Microsoft.Extensions.Options;

namespace FollowerSync.Alerts;

/// <summary>Registers what tells people. Needs the opened database; a worker's part also <see cref="AlertSchedule"/>.</summary>
internal static class AlertServices
{
    /// <summary>The channels and the pings, for whoever runs or tries them.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<AlertsOptions>(configuration, AlertsOptions.Section);
        services.AddSingleton(provider => TextOf(provider.GetRequiredService<IOptions<AlertsOptions>>().Value, configuration));
        services.AddSingleton(provider => new AlertChannels(
            provider.GetRequiredService<IOptions<AlertsOptions>>().Value.Channels, provider.GetRequiredService<AlertText>(), provider.GetRequiredService<SecretMask>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<HeartbeatPings>();
        return services;
    }

    /// <summary>What a worker does besides: it looks, and sends.</summary>
    public static IServiceCollection AddAlerting(this IServiceCollection services)
    {
        services.AddSingleton<AlertCalls>();
        services.AddSingleton<AlertTelling>();
        services.AddSingleton<AlertFeed>();
        services.AddSingleton<AlertJudge>();
        services.AddSingleton<IAfterRun, AlertsAfterRun>();
        services.AddHostedService<AlertWatch>();
        services.AddHostedService<AlertSender>();
        return services;
    }

    /// <summary>The language and the link of the settings.</summary>
    public static AlertText TextOf(AlertsOptions options, IConfiguration configuration) => new(
        options.Language == LanguageCode.English ? new EnglishWords() : new ChineseWords(),
        LinkOf(configuration.GetSection(StatusPageOptions.Section).Get<StatusPageOptions>() ?? new StatusPageOptions()));

    // What listens on this machine alone, or on every address, leads nobody anywhere.
    private static Uri? LinkOf(StatusPageOptions page) =>
        page.PublicBase is { } known ? known
        : Uri.TryCreate(page.Url, UriKind.Absolute, out Uri? address) && !address.IsLoopback && address.Host is not ("0.0.0.0" or "[::]" or "*" or "+") ? address : null;
}
