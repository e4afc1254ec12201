using FollowerSync.Settings;

namespace FollowerSync.Arrivals;

/// <summary>Registers the public listener. The features on it register themselves as <see cref="IPublicRoutes"/>.</summary>
internal static class ArrivalServices
{
    public static IServiceCollection AddArrivals(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<ArrivalsOptions>(configuration, ArrivalsOptions.Section);
        services.AddSingleton<SenderAddress>();
        services.AddSingleton<PublicServer>();
        services.AddHostedService(provider => provider.GetRequiredService<PublicServer>());
        return services;
    }
}
