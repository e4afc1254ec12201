using FollowerSync.Settings;

namespace FollowerSync.Web;

/// <summary>Registers the status page. Needs <see cref="FindDatabaseLack"/>.</summary>
internal static class StatusPageServices
{
    public static IServiceCollection AddStatusPage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<StatusPageOptions>(configuration, StatusPageOptions.Section);
        services.AddSingleton<HealthEndpoints>();
        services.AddSingleton<StatusPageServer>();
        services.AddHostedService(provider => provider.GetRequiredService<StatusPageServer>());
        return services;
    }
}
