namespace FollowerSync.AccountMigration;

/// <summary>Registers the migration of accounts. Needs WeChat, the leases and the opened database.</summary>
internal static class MigrationServices
{
    public static IServiceCollection AddAccountMigration(this IServiceCollection services)
    {
        services.AddSingleton<AnonymousChanges>();
        services.AddSingleton<MigrationRun>();
        return services;
    }
}
