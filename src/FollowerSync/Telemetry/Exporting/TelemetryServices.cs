using FollowerSync.Settings;
using FollowerSync.Web;

namespace FollowerSync.Telemetry.Exporting;

/// <summary>Registers what collects and exports, if anybody wants it; else nothing is built. Needs the opened database.</summary>
internal static class TelemetryServices
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        TelemetryOptions options = configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>() ?? new TelemetryOptions();
        if (!options.Metrics && !OtlpTarget.IsSet(configuration))
            return services;

        services.AddSettings<TelemetryOptions>(configuration, TelemetryOptions.Section);
        services.AddSingleton<TelemetryExport>();
        services.AddHostedService(provider => provider.GetRequiredService<TelemetryExport>());
        services.AddSingleton<IInnerRoutes>(provider => provider.GetRequiredService<TelemetryExport>());
        services.AddHostedService<GaugeReadings>();
        return services;
    }
}
