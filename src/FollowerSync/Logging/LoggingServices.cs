using Serilog;
using Serilog.Core;

namespace FollowerSync.Logging;

/// <summary>Registers logging.</summary>
internal static class LoggingServices
{
    /// <summary>Logs to <paramref name="logger"/> only, and takes HttpClient's own request lines away: they carry whole addresses.</summary>
    public static IServiceCollection AddWorkerLogging(this IServiceCollection services, Logger logger, SecretMask mask)
    {
        services.AddSingleton(mask);
        services.AddLogging(logging => logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddSerilog(logger, dispose: false));
        services.ConfigureHttpClientDefaults(client => client.RemoveAllLoggers());
        return services;
    }
}
