using FollowerSync.IntegrationTests.Push;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FollowerSync.Benchmarks.Pushes;

/// <summary>How pushes are answered: by us at 1,000 a second, and by a bot at 100 a second with us in front (<c>ForwardTo</c>) or beside (nginx <c>mirror</c>),
/// while we are well, without database, slow, or dead.</summary>
internal static class PushBench
{
    private const string NoDatabase = "Host=127.0.0.1;Port=1;Username=nobody";

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(10);
    private static readonly Uri Dead = new("http://127.0.0.1:1/");

    public static async Task<int> RunAsync(BenchOptions options)
    {
        await using BenchServer server = await BenchServer.StartAsync();
        string database = await server.CreateDatabaseAsync();
        await AloneAsync(database, options.Quick ? Short : Long);

        await using WebApplication bot = await BotAsync();
        Uri botAddress = new(bot.Urls.First());
        await TellAsync("bot alone", botAddress);
        foreach ((string how, string used) in new[] { ("well", database), ("without database", NoDatabase) })
        {
            await using ListenerProcess us = await ListenerProcess.StartAsync(used, botAddress);
            await TellAsync($"we in front, {how}", PathOf(us.Address));
            await MirrorAsync($"nginx mirror, we {how}", botAddress, used);
        }

        await using (NpgsqlDataSource data = NpgsqlDataSource.Create(database))
        await using (NpgsqlConnection connection = await data.OpenConnectionAsync())
        await using (NpgsqlTransaction transaction = await connection.BeginTransactionAsync())
        {
            await using NpgsqlCommand command = new("lock table followersync.arrivals", connection, transaction);
            await command.ExecuteNonQueryAsync();
            await using ListenerProcess us = await ListenerProcess.StartAsync(database, botAddress);
            await TellAsync("we in front, the inbox locked", PathOf(us.Address));
            await MirrorAsync("nginx mirror, the inbox locked", botAddress, database);
            await MirrorAsync("nginx mirror that waits 300 ms, the inbox locked", botAddress, database, "300ms");
        }

        await using NginxProxy mirror = await ProxyAsync(botAddress, Dead);
        await TellAsync("nginx mirror, we dead", mirror.Address);
        return 0;
    }

    private static async Task AloneAsync(string database, TimeSpan duration)
    {
        await using ListenerProcess us = await ListenerProcess.StartAsync(database, bot: null);
        using (OpenLoop warm = new(PathOf(us.Address)))
            await warm.RunAsync(200, TimeSpan.FromSeconds(5));
        await BenchServer.ExecuteAsync(database, "truncate followersync.arrivals");
        using OpenLoop loop = new(PathOf(us.Address));
        Console.WriteLine($"1,000/s to us: {await loop.RunAsync(1_000, duration)}");

        await using NpgsqlDataSource data = NpgsqlDataSource.Create(database);
        await using NpgsqlCommand count = data.CreateCommand("select count(*) from followersync.arrivals");
        Console.WriteLine($"rows: {await count.ExecuteScalarAsync()}, answered: {loop.Answered}");
    }

    private static async Task TellAsync(string what, Uri address)
    {
        using (OpenLoop warm = new(address))
            await warm.RunAsync(100, TimeSpan.FromSeconds(3));
        using OpenLoop loop = new(address);
        Console.WriteLine($"{what}: {await loop.RunAsync(100, Short)}");
    }

    private static async Task MirrorAsync(string what, Uri bot, string database, string patience = "3s")
    {
        await using ListenerProcess us = await ListenerProcess.StartAsync(database, bot: null);
        await using NginxProxy proxy = await ProxyAsync(bot, us.Address, patience);
        await TellAsync(what, proxy.Address);
    }

    private static Task<NginxProxy> ProxyAsync(Uri bot, Uri us, string patience = "3s") => NginxProxy.StartAsync(
        $$"""
        location / { mirror /copy; proxy_pass {{bot.GetLeftPart(UriPartial.Authority)}}; }
        location = /copy { internal; proxy_pass {{PathOf(us)}}$is_args$args; proxy_connect_timeout 1s; proxy_read_timeout {{patience}}; }
        """);

    private static Uri PathOf(Uri listener) => new(listener, $"/wechat/{PushKeys.Brand.AppId}");

    private static async Task<WebApplication> BotAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication bot = builder.Build();
        bot.Run(context => context.Response.WriteAsync("success"));
        await bot.StartAsync();
        return bot;
    }
}
