using FollowerSync.Runs;

namespace FollowerSync.Readings;

/// <summary>Registers what is read of an account after a run. Needs the run and WeChat.</summary>
internal static class ReadingServices
{
    public static IServiceCollection AddReadings(this IServiceCollection services)
    {
        services.AddSingleton<AccountReadingStore>();
        services.AddSingleton<IAfterRun, AccountReading>();
        return services;
    }
}
