using System.Diagnostics;
using System.Globalization;
using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Readings;
using FollowerSync.Runs;
using FollowerSync.Sync;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FollowerSync.Benchmarks;

/// <summary>What a night costs in calls and minutes with each way of refreshing, at a latency of 100 ms and with four calls in flight, one person in a hundred
/// changed since: the run, and what is read after it.</summary>
internal static class NightBench
{
    private const int InFlight = 4;

    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(100);

    public static async Task<int> RunAsync(BenchOptions options)
    {
        int people = options.Followers ?? 300_000;
        await using BenchServer server = await BenchServer.StartAsync();
        string connectionString = await server.CreateDatabaseAsync();
        await using (WeChatEmulator prompt = await StartAsync(people, TimeSpan.Zero))
            await NightAsync("first", connectionString, prompt, new SyncOptions { BatchesInFlight = 8 });
        await server.SettleAsync(connectionString);

        await using WeChatEmulator emulator = await StartAsync(people, Latency);
        // The first night of a turn asks for everybody, as Full does every night.
        await NightAsync("Full", connectionString, emulator, new SyncOptions { ProfileRefresh = ProfileRefresh.Rotate, TagLists = TagLists.Off });
        await NightAsync("Rotate", connectionString, emulator, new SyncOptions { ProfileRefresh = ProfileRefresh.Rotate, TagLists = TagLists.Off });
        await NightAsync("Rotate with lists of tags", connectionString, emulator, new SyncOptions { ProfileRefresh = ProfileRefresh.Rotate });
        return 0;
    }

    private static Task<WeChatEmulator> StartAsync(int people, TimeSpan latency) => WeChatEmulator.StartAsync(
        new EmulatorOptions { Followers = people, Latency = latency, RememberedRequests = 1, FullProfiles = true }, default);

    private static async Task NightAsync(string name, string connectionString, WeChatEmulator emulator, SyncOptions sync)
    {
        sync.BatchesInFlight = Math.Max(sync.BatchesInFlight, InFlight);
        AccountOptions account = new() { Name = "Bench", AppId = EmulatorOptions.DefaultAppId, AppSecret = EmulatorOptions.DefaultAppSecret };
        await using NpgsqlDataSource dataSource = FollowerDataSource.Build(connectionString, new DatabaseOptions());
        FollowerDatabase database = new(dataSource, new DatabaseOptions(), TimeProvider.System, NullLogger<FollowerDatabase>.Instance);
        await using ServiceProvider services = TestServices.Build(
            database,
            new WeChatOptions { BaseAddress = emulator.BaseAddress, Accounts = [account] },
            replace: changed => changed.AddSingleton(Options.Create(sync)));
        AccountReading reading = services.GetServices<IAfterRun>().OfType<AccountReading>().Single();
        await BenchServer.ExecuteAsync(connectionString, "update followersync.rotations set rotated_at = rotated_at - interval '1 day'");
        emulator.Account.Churn(percent: 1);
        emulator.Requests.Clear();

        long start = Stopwatch.GetTimestamp();
        SyncRun run = await services.GetRequiredService<SyncRunner>().RunAsync(account, SyncTrigger.Manual, progress: null, default);
        TimeSpan ran = Stopwatch.GetElapsedTime(start);
        long calls = emulator.Requests.Total;
        await reading.DoAsync(account, run, default);
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {run.Status}, {run.Listed:N0} listed, {run.Added:N0} added, {run.Changed:N0} changed; {calls:N0} calls in {ran.TotalSeconds:N1} s, with what is read after it {emulator.Requests.Total:N0} in {took.TotalSeconds:N1} s; peak {self.PeakWorkingSet64 / 1e6:N0} MB with the emulator"));
    }
}
