using FollowerSync.Arrivals;

namespace FollowerSync.Push;

/// <summary>Registers pushes of WeChat. Needs the public listener, the accounts and the opened database.</summary>
internal static class PushServices
{
    public static IServiceCollection AddPush(this IServiceCollection services)
    {
        services.AddSingleton<PushAccounts>();
        services.AddSingleton<PushClock>();
        services.AddSingleton<PushReader>();
        services.AddSingleton<PushQueue>();
        services.AddSingleton<PushReception>();
        services.AddSingleton<PushCounts>();
        services.AddSingleton<BotRelay>();
        services.AddSingleton<PushForwarding>();
        services.AddSingleton<IPublicRoutes, UrlCheck>();
        services.AddSingleton<IPublicRoutes, PushRoutes>();
        services.AddHostedService<PushWriter>();
        services.AddHostedService<PushWatch>();
        services.AddHostedService<PushAnnouncement>();
        return services;
    }
}
