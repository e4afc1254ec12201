namespace FollowerSync.Systemd;

/// <summary>Registers what systemd is told. Needs <see cref="FeelPulse"/>.</summary>
internal static class SystemdServices
{
    public static IServiceCollection AddServiceNotices(this IServiceCollection services)
    {
        services.AddSingleton(_ => ServiceNotices.OfEnvironment());
        services.AddHostedService<ServiceWatch>();
        return services;
    }
}
