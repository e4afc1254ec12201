using FollowerSync.AccountMigration;
using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Nodes;
using FollowerSync.Readings;
using FollowerSync.Sharing;
using FollowerSync.Status;
using FollowerSync.Sync;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>The services of one process, put together as the program does, with the tests' database and settings in the place of its own.</summary>
internal static class TestServices
{
    public static ServiceProvider Build(FollowerDatabase database, WeChatOptions weChat, TimeProvider? time = null, Action<IServiceCollection>? replace = null)
    {
        IConfiguration none = new ConfigurationBuilder().Build();
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddSingleton<Logging.SecretMask>();
        services.AddSingleton(database);
        services.AddNodes(none);
        services.AddWeChat(none);
        services.AddSync(none);
        services.AddAccountMigration();
        services.AddReadings();
        services.AddSharing();
        services.AddStatus();
        services.AddSingleton(Options.Create(weChat));
        replace?.Invoke(services);
        return services.BuildServiceProvider();
    }

    /// <summary>Whoever keeps tokens in memory goes by another clock than the rest.</summary>
    public static void AddTokenClock(this IServiceCollection services, TimeProvider time)
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<AccessTokens>(provider, time));
    }
}
