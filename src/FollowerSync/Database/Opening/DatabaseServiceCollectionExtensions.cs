using FollowerSync.Database.PrivateServer;
using FollowerSync.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FollowerSync.Database.Opening;

internal static class DatabaseServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="DatabaseAccess"/>, and what it gives once it is opened: <see cref="FollowerDatabase"/> and its
    /// <see cref="Npgsql.NpgsqlDataSource"/>. The provider has to be disposed asynchronously, as the host does.
    /// </summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<DatabaseOptions>(configuration, DatabaseOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSecrets(configuration);
        services.AddSingleton(provider => new PrivatePostgresOptions
        {
            Folder = provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.PrivateFolder,
        });
        services.AddSingleton<PrivatePostgres>();
        services.AddSingleton<DatabaseAccess>();
        services.AddSingleton(provider => provider.GetRequiredService<DatabaseAccess>().Database);
        services.AddSingleton(provider => provider.GetRequiredService<FollowerDatabase>().DataSource);
        return services;
    }

    /// <summary>Keeps the private PostgreSQL running for as long as the host runs; does nothing when the settings name a server.</summary>
    public static IServiceCollection AddPrivatePostgresSupervision(this IServiceCollection services) =>
        services.AddHostedService<PrivatePostgresSupervisor>();
}
