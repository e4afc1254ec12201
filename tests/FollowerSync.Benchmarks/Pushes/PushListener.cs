using FollowerSync.Accounts;
using FollowerSync.Arrivals;
using FollowerSync.Database;
using FollowerSync.IntegrationTests.Push;
using FollowerSync.Push;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FollowerSync.Benchmarks.Pushes;

/// <summary>The part of the worker that takes pushes, in a process of its own, until its input ends.</summary>
internal static class PushListener
{
    public static async Task<int> RunAsync(string database, string bot)
    {
        await using NpgsqlDataSource dataSource = FollowerDataSource.Build(database, new DatabaseOptions());
        AccountOptions account = PushKeys.Brand.Account;
        account.Push.ForwardTo = bot.Length > 0 ? new Uri(bot) : null;
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new FollowerDatabase(dataSource, new DatabaseOptions(), TimeProvider.System, NullLogger<FollowerDatabase>.Instance));
        services.AddSingleton(Options.Create(new WeChatOptions { Accounts = [account] }));
        services.AddSingleton(Options.Create(new ArrivalsOptions { Url = "http://127.0.0.1:0" }));
        services.AddSingleton<SenderAddress>();
        services.AddSingleton<PublicServer>();
        services.AddHostedService(provider => provider.GetRequiredService<PublicServer>());
        services.AddPush();
        await using ServiceProvider provider = services.BuildServiceProvider();
        foreach (IHostedService service in provider.GetServices<IHostedService>())
            await service.StartAsync(default);
        Console.WriteLine(provider.GetRequiredService<PublicServer>().Address);
        Console.In.ReadToEnd();
        return 0;
    }
}
