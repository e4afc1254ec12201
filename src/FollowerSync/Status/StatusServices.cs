namespace FollowerSync.Status;

/// <summary>Registers what tells how the accounts stand. Needs runs, WeChat and the opened database.</summary>
internal static class StatusServices
{
    public static IServiceCollection AddStatus(this IServiceCollection services)
    {
        services.AddSingleton<AccountStateStore>();
        services.AddSingleton<TokenStatusReader>();
        services.AddSingleton<StatusReader>();
        services.AddSingleton<RunReader>();
        return services;
    }
}
