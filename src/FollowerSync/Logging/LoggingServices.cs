using Serilog;
using Serilog.Core;

namespace FollowerSync.Logging;

/// <summary>Registers logging.</summary>
internal static class LoggingServices
{
    /// <summary>Logs to <paramref name="logger"/> only.</summary>
    public static IServiceCollection AddWorkerLogging(this IServiceCollection services, Logger logger, SecretMask mask)
    {
        services.AddSingleton(mask);
        services.AddLogging(logging => logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddSerilog(logger, dispose: false));
        return services;
    }
}
