using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FollowerSync.Accounts;
using FollowerSync.Arrivals;
using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.Sync;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FollowerSync.Benchmarks;

/// <summary>How fast a backlog of arrivals is drained, by runs of arrivals one behind the other, at a latency of 100 ms and with four calls in flight.</summary>
internal static class ArrivalBench
{
    private const int InFlight = 4;

    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(100);

    public static async Task<int> RunAsync(BenchOptions options)
    {
        int people = options.Followers ?? 60_000;
        await using BenchServer server = await BenchServer.StartAsync();
        await using WeChatEmulator emulator = await WeChatEmulator.StartAsync(
            new EmulatorOptions { Followers = people, Latency = Latency, RememberedRequests = 1 }, default);
        for (int round = 1; round <= options.Rounds; round++)
            await RoundAsync(await server.CreateDatabaseAsync(), emulator, people);
        return 0;
    }

    private static async Task RoundAsync(string connectionString, WeChatEmulator emulator, int people)
    {
        AccountOptions account = new() { Name = "Bench", AppId = EmulatorOptions.DefaultAppId, AppSecret = EmulatorOptions.DefaultAppSecret };
        await using NpgsqlDataSource dataSource = FollowerDataSource.Build(connectionString, new DatabaseOptions());
        FollowerDatabase database = new(dataSource, new DatabaseOptions(), TimeProvider.System, NullLogger<FollowerDatabase>.Instance);
        await using ServiceProvider services = TestServices.Build(
            database,
            new WeChatOptions { BaseAddress = emulator.BaseAddress, Accounts = [account] },
            replace: changed => changed.AddSingleton(Options.Create(new SyncOptions { BatchesInFlight = InFlight })));
        EventRunner runner = services.GetRequiredService<EventRunner>();
        await FillAsync(database, connectionString, emulator, account);
        emulator.Requests.Clear();

        long start = Stopwatch.GetTimestamp();
        long added = 0;
        while (await runner.RunAsync(account, default) is { } run)
            added += run.Status == RunStatus.Succeeded ? run.Added : throw new InvalidOperationException(run.Error?.ToString());
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{added:N0} of {people:N0} arrivals drained in {took.TotalSeconds:N1} s: {added / took.TotalSeconds:N0}/s, {emulator.Requests.Total} calls, at {Latency.TotalMilliseconds} ms and {InFlight} in flight; peak {self.PeakWorkingSet64 / 1e6:N0} MB with the emulator"));
    }

    private static async Task FillAsync(FollowerDatabase database, string connectionString, WeChatEmulator emulator, AccountOptions account)
    {
        foreach (string[] some in emulator.Account.Followers().Select(f => f.OpenId).Chunk(1_000))
        {
            Arrival[] arrivals = [.. some.Select(openId => new Arrival(
                account.AppId, SHA256.HashData(Encoding.UTF8.GetBytes(openId)), openId, ArrivalKinds.Subscribe, EventKey: null, HappenedAt: null, ArrivalSource.Push, IsTrusted: true))];
            await database.RunAsync(tx => ArrivalStore.InsertAsync(tx, arrivals), default);
        }

        await BenchServer.ExecuteAsync(connectionString, "update followersync.arrivals set received_at = received_at - interval '1 minute'");
        await BenchServer.ExecuteAsync(connectionString, "vacuum analyze followersync.arrivals");
    }
}
