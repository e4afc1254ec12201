using FollowerSync.Arrivals;

namespace FollowerSync.Push;

/// <summary>Registers pushes of WeChat. Needs the public listener, the accounts and the opened database.</summary>
internal static class PushServices
{
    /// <summary>Registers what stores pushes: started before the public listener, so stopped behind it, when nobody is answered any more.</summary>
    public static IServiceCollection AddPushStoring(this IServiceCollection services)
    {
        services.AddSingleton<PushQueue>();
        services.AddHostedService<PushWriter>();
        return services;
    }

    public static IServiceCollection AddPush(this IServiceCollection services)
    {
        services.AddSingleton<PushAccounts>();
        services.AddSingleton<PushClock>();
        services.AddSingleton<PushReader>();
        services.AddSingleton<PushReception>();
        services.AddSingleton<PushCounts>();
        services.AddSingleton<BotRelay>();
        services.AddSingleton<PushForwarding>();
        services.AddSingleton<IPublicRoutes, UrlCheck>();
        services.AddSingleton<IPublicRoutes, PushRoutes>();
        services.AddHostedService<PushWatch>();
        services.AddHostedService<PushAnnouncement>();
        return services;
    }
}
