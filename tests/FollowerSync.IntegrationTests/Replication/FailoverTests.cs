using System.Globalization;
using System.Text.RegularExpressions;
using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Database.Schema;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Runs;
using FollowerSync.Sync;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit.Abstractions;

namespace FollowerSync.IntegrationTests.Replication;

/// <summary>A primary that is gone and a standby that is promoted in its place, with the worker in the middle of its work.</summary>
public sealed partial class FailoverTests(ITestOutputHelper output)
{
    private const string Batch = "/cgi-bin/user/info/batchget";
    private const string List = "/cgi-bin/user/get";

    /// <param name="followers">People of the account.</param>
    /// <param name="lags">Whether the standby misses the last merges of the primary.</param>
    /// <param name="listed">Whether the list was read to its end by then.</param>
    [Theory]
    [InlineData(4_000, false, false)]
    [InlineData(4_000, true, true)]
    public async Task A_run_goes_on_at_the_promoted_standby_or_ends_and_the_next_brings_the_truth(int followers, bool lags, bool listed)
    {
        await using WeChatEmulator weChat = await WeChatEmulator.StartAsync(
            new EmulatorOptions { Followers = followers, Latency = TimeSpan.FromMilliseconds(60), PageSize = listed ? 10_000 : 250 }, default);
        await using CrashingPostgres primary = await CrashingPostgres.StartAsync();
        await MigrateAsync(primary.ConnectionString);
        await using StandbyServer standby = await StandbyServer.StartAsync(primary);
        // What was confirmed is on the standby then.
        if (!lags)
            await primary.SetAsync("synchronous_standby_names = '*'");
        await using NpgsqlDataSource both = FollowerDataSource.Build(standby.BothServers, new DatabaseOptions());
        await using ServiceProvider worker = WorkerOf(both, weChat);
        TaskCompletionSource cut = new(), inTheMiddle = new();
        // Enough people for both moments are listed by then; the rest of the list is not read before the primary is gone.
        if (!listed)
            weChat.Faults.Add(new FaultRule { Fault = FaultKind.Hang, Path = List, From = 12 });

        Task<SyncRun> running = SyncAsync(worker, weChat, new AtMerged((500, cut), (2_000, inTheMiddle)));
        await cut.Task;
        if (lags)
            await standby.CutOffAsync();
        await inTheMiddle.Task;
        await primary.KillAsync();
        long gone = TimeProvider.System.GetTimestamp();
        await standby.PromoteAsync();
        weChat.Faults.Clear();
        long lost = followers - (long)(await standby.ReadAsync("select count(*) from wechat.followers"))!;
        SyncRun run = await running;
        double seconds = TimeProvider.System.GetElapsedTime(gone).TotalSeconds;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Status} {seconds:0.0} s after the primary was gone, {lost} of {followers} people then to be stored, {weChat.Requests.Count(Batch)} batches asked ({followers / 100} are needed): {run.Error}"));

        // One that had read its list, which a promoted server has not, ends; any other goes on, and repeats no call but those whose answers were under way.
        run.Status.ShouldBe(listed ? RunStatus.Partial : RunStatus.Succeeded, run.Error);
        run.Error?.ShouldNotContain("fault of the program");
        if (!listed)
        {
            await both.ShouldEqualTruthAsync(weChat.Account);
            weChat.Requests.Count(Batch).ShouldBeLessThanOrEqualTo(followers / 100 + new SyncOptions().BatchesInFlight);
        }

        SyncRun next = await SyncAsync(worker, weChat, progress: null);
        next.Status.ShouldBe(RunStatus.Succeeded, next.Error);
        await both.ShouldEqualTruthAsync(weChat.Account);
        (await standby.ReadAsync("select count(*) from wechat.sync_runs where status = 'running'")).ShouldBe(0L);
    }

    [Fact]
    public async Task The_worker_waits_at_a_standby_says_so_and_begins_when_it_is_promoted()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 300 });
        await using CrashingPostgres primary = await CrashingPostgres.StartAsync();
        await MigrateAsync(primary.ConnectionString);
        await using StandbyServer standby = await StandbyServer.StartAsync(primary);
        await standby.CatchUpAsync();
        installation.Settings["ConnectionStrings__FollowerSync"] = standby.ConnectionString;
        await using FollowerSyncProcess worker = installation.Start("run");
        await Installation.UntilAsync(() => Task.FromResult(Page().IsMatch(worker.Output)), "a status page", worker);
        using HttpClient client = new();
        Uri page = new(Page().Match(worker.Output).Value);

        (await client.GetStringAsync(new Uri(page, "/health/live"))).ShouldBe("live\n");
        HttpResponseMessage ready = await client.GetAsync(new Uri(page, "/health/ready"));
        ((int)ready.StatusCode, await ready.Content.ReadAsStringAsync()).ShouldBe((503, "not ready: the database is a standby and takes no writes until it is promoted\n"));
        worker.Output.ShouldContain("The worker waits until that changes.");

        await standby.PromoteAsync();
        await Installation.UntilAsync(async () => await standby.ReadAsync("select exists (select from wechat.sync_runs where status = 'succeeded')") is true, "a run", worker);
        (await worker.StopAsync()).ExitCode.ShouldBe(0);
    }

    private static async Task MigrateAsync(string connectionString)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await new Migrator(source, Migrations.Embedded(), ViewSet.Embedded(), MigrationWaits.From(new DatabaseOptions()), TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(default);
    }

    private static ServiceProvider WorkerOf(NpgsqlDataSource source, WeChatEmulator weChat) => TestServices.Build(
        new FollowerDatabase(source, new DatabaseOptions(), TimeProvider.System, NullLogger<FollowerDatabase>.Instance),
        new WeChatOptions { BaseAddress = weChat.BaseAddress, Accounts = [AccountOf(weChat)], RetryDelay = TimeSpan.FromMilliseconds(10), AttemptTimeout = TimeSpan.FromSeconds(5) },
        time: null,
        services => services.AddSingleton(Microsoft.Extensions.Options.Options.Create(new SyncOptions { MergeSize = 500 })));

    private static AccountOptions AccountOf(WeChatEmulator weChat) => new() { Name = "Brand", AppId = weChat.Account.AppId, AppSecret = weChat.Account.AppSecret };

    private static Task<SyncRun> SyncAsync(ServiceProvider worker, WeChatEmulator weChat, IProgress<SyncProgress>? progress) =>
        worker.GetRequiredService<SyncRunner>().RunAsync(AccountOf(weChat), SyncTrigger.Manual, progress, default);

    /// <summary>Tells when so many were merged.</summary>
    private sealed class AtMerged(params (long Merged, TaskCompletionSource Reached)[] marks) : IProgress<SyncProgress>
    {
        public void Report(SyncProgress value)
        {
            foreach ((long merged, TaskCompletionSource reached) in marks)
                if (value.Merged >= merged)
                    reached.TrySetResult();
        }
    }

    [GeneratedRegex("(?<=status page listens on \"?)http://[0-9.:]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Page();
}
