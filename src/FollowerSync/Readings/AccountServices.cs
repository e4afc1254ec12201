using FollowerSync.Runs;

namespace FollowerSync.Readings;

/// <summary>Registers what is read of an account after a run. Needs the run and WeChat.</summary>
internal static class AccountServices
{
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddSingleton<AccountReadingStore>();
        services.AddSingleton<IAfterRun, AccountReading>();
        return services;
    }
}
