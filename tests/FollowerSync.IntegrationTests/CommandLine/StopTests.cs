using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary>A stop is answered within fifteen seconds, whatever stands still.</summary>
public sealed class StopTests
{
    private const string Batch = "/cgi-bin/user/info/batchget";

    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(15);

    // A pipe holds 64 KiB; the first line that the program writes finds it full.
    private const string FillThePipe = """head -c 65536 /dev/zero; exec "$@" """;

    [Theory]
    [InlineData("run", 0, 3)]
    [InlineData("sync", 3, 3)]
    public async Task It_ends_in_time_while_PostgreSQL_stands_still(string verb, int inOrder, int byForce)
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 2_500, Latency = TimeSpan.FromMilliseconds(200) });
        await using CrashingPostgres postgres = await CrashingPostgres.StartAsync();
        installation.Settings["ConnectionStrings__FollowerSync"] = postgres.ConnectionString;
        installation.Settings["Sync__BatchesInFlight"] = "1";
        await using FollowerSyncProcess process = installation.Start(verb);
        await Installation.UntilAsync(() => Task.FromResult(installation.WeChat.Requests.Count(Batch) > 2), "a run in its middle", process);

        postgres.Freeze();
        (TimeSpan took, int exitCode) = await process.StopAsync();

        took.ShouldBeLessThan(Promised);
        exitCode.ShouldBeOneOf(inOrder, byForce);
    }

    [Fact]
    public async Task It_ends_in_time_while_PostgreSQL_stands_still_before_anything_was_read()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 10 });
        await using CrashingPostgres postgres = await CrashingPostgres.StartAsync();
        installation.Settings["ConnectionStrings__FollowerSync"] = postgres.ConnectionString;
        postgres.Freeze();
        await using FollowerSyncProcess status = FollowerSyncProcess.StartBy("""echo started; exec "$@" """, installation.Settings, "status");
        await Installation.UntilAsync(() => Task.FromResult(status.Output.Length > 0), "the start", status);

        (TimeSpan took, int exitCode) = await status.StopAsync();

        took.ShouldBeLessThan(Promised);
        exitCode.ShouldNotBe(0);
    }

    [Fact]
    public async Task A_hangup_is_a_stop_like_any_other()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 10 });
        installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.Hang, Path = Batch });
        await using FollowerSyncProcess worker = installation.Start("run");
        await Installation.UntilAsync(() => Task.FromResult(installation.WeChat.Requests.Count(Batch) > 0), "a run", worker);

        (TimeSpan took, int exitCode) = await worker.StopAsync(Signal.HangUp);

        exitCode.ShouldBe(0);
        took.ShouldBeLessThan(Promised);
        (await installation.Database.ReadAsync<string>("select status from wechat.sync_runs")).ShouldBe("cancelled");
        worker.Output.ShouldNotContain(" ERR ", customMessage: "a stop is no error");
        worker.Output.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Who_started_it_with_nohup_may_close_the_terminal()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 10 });
        installation.Settings["Schedule__Cron"] = "* * * * * ?";
        await using FollowerSyncProcess worker = FollowerSyncProcess.StartBy("""trap "" HUP; exec "$@" """, installation.Settings, "run");
        await installation.UntilAsync("select count(*) > 0 from wechat.sync_runs", worker);

        worker.Send(Signal.HangUp);

        long before = await installation.Database.ReadAsync<long>("select count(*) from wechat.sync_runs");
        await installation.UntilAsync($"select count(*) > {before + 1} from wechat.sync_runs", worker);
        (await worker.StopAsync()).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Runs_go_on_and_a_stop_is_answered_while_nobody_reads_the_log()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 10 });
        installation.Settings["Schedule__Cron"] = "* * * * * ?";
        await using FollowerSyncProcess worker = FollowerSyncProcess.StartBy(FillThePipe, installation.Settings, reads: false, "run");

        await installation.UntilAsync("select count(*) >= 3 from wechat.sync_runs where status = 'succeeded'", worker);
        (TimeSpan took, int exitCode) = await worker.StopAsync();

        exitCode.ShouldBe(0);
        took.ShouldBeLessThan(Promised);
    }

    [Fact]
    public async Task A_sync_whose_progress_nobody_reads_is_carried_out()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 10 });
        await using FollowerSyncProcess sync = FollowerSyncProcess.StartBy(FillThePipe, installation.Settings, reads: false, "sync");

        await installation.UntilAsync("select count(*) = 1 from wechat.sync_runs where status = 'succeeded'", sync);
        (TimeSpan took, int _) = await sync.StopAsync();

        took.ShouldBeLessThan(Promised);
    }
}
