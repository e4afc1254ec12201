using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary>The worker as it is left to itself, stopped, and killed, by the built executable.</summary>
public sealed partial class WorkerTests
{
    private const string Token = "/cgi-bin/stable_token";
    private const string Batch = "/cgi-bin/user/info/batchget";

    private const int Stored = 1_000;

    private static readonly EmulatorOptions Small = new() { Followers = 2_500 };

    private static readonly string PartIsStored = $"select count(*) = {Stored} from wechat.followers";

    [Fact]
    public async Task The_worker_syncs_on_schedule_and_renews_its_token_before_it_ends()
    {
        await using Installation installation = await Installation.CreateAsync(
            new EmulatorOptions { Followers = 300, TokenLifetime = TimeSpan.FromSeconds(12), TokenOverlap = TimeSpan.FromSeconds(6) });
        installation.Settings["Schedule__Cron"] = "*/2 * * * * ?";
        await using FollowerSyncProcess worker = installation.Start("run");

        await installation.UntilAsync("select count(*) >= 2 from wechat.sync_runs where trigger = 'schedule' and status = 'succeeded'", worker);
        using HttpClient client = new();
        string page = PageAddress().Match(worker.Output).Value;
        (await client.GetStringAsync(new Uri($"{page}/health/ready"))).ShouldBe("ready\n");
        await Installation.UntilAsync(() => Task.FromResult(installation.WeChat.Account.Tokens.StableIssued >= 2), "a second token", worker);

        installation.WeChat.Requests.CountErrCode(42001).ShouldBe(0, "no call met an expired token");
        installation.WeChat.Requests.CountErrCode(40001).ShouldBe(0);
        (await worker.StopAsync()).ExitCode.ShouldBe(0);
        (await installation.Database.ReadAsync<long>("select count(*) from wechat.sync_runs where status not in ('succeeded', 'cancelled')")).ShouldBe(0);
    }

    [Fact]
    public async Task A_taken_port_is_said_alone_and_before_the_worker_is_known_to_anybody()
    {
        await using Installation installation = await Installation.CreateAsync(Small);
        (await installation.InvokeAsync("migrate")).ExitCode.ShouldBe(0);
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        installation.Settings["StatusPage__Url"] = $"http://{taken.LocalEndpoint}";

        (int exitCode, string output, string error) = await installation.InvokeAsync("run");

        exitCode.ShouldBe(1, "systemd tries again: it may pass");
        error.ShouldStartWith($"followersync: The status page cannot listen on http://{taken.LocalEndpoint}: another program uses the port.");
        error.ShouldNotContain("For details");
        output.ShouldBeEmpty();
        (await installation.Database.ReadAsync<long>("select count(*) from followersync.nodes")).ShouldBe(0);
    }

    [Fact]
    public async Task Stopped_in_the_middle_of_a_sync_it_closes_the_run_and_keeps_what_it_stored()
    {
        await using Installation installation = await SilentAfterTheFirstThousandAsync();
        await using FollowerSyncProcess worker = installation.Start("run");
        await installation.UntilAsync(PartIsStored, worker);

        (TimeSpan took, int exitCode) = await worker.StopAsync();

        exitCode.ShouldBe(0);
        took.ShouldBeLessThan(TimeSpan.FromSeconds(15));
        (await installation.Database.ReadAsync<string>("select status from wechat.sync_runs")).ShouldBe("cancelled");
        await RestOfTheSyncAsync(installation);
    }

    [Fact]
    public async Task A_second_sync_is_refused_and_a_killed_one_is_gone_on_with()
    {
        await using Installation installation = await SilentAfterTheFirstThousandAsync();
        await using FollowerSyncProcess first = installation.Start("sync");
        await installation.UntilAsync(PartIsStored, first);

        (int exitCode, string output, _) = await installation.InvokeAsync("sync");
        exitCode.ShouldBe(4);
        output.ShouldContain("other run active");

        await first.KillAsync();
        await RestOfTheSyncAsync(installation);
        (await installation.Database.ReadAsync<string>("select status from wechat.sync_runs order by run_id limit 1")).ShouldBe("abandoned");
    }

    [Fact]
    public async Task The_demo_shows_what_it_stored_and_leaves_no_server_behind()
    {
        string folder = Directory.CreateTempSubdirectory("followersync-demo-").FullName;
        try
        {
            // A connection string of the user's must not lead the demo to the user's data.
            Dictionary<string, string> settings = new(StringComparer.Ordinal) { ["ConnectionStrings__FollowerSync"] = "Host=127.0.0.1;Port=1" };
            await using FollowerSyncProcess demo = FollowerSyncProcess.Start(settings, "demo", "--once", "--followers", "2000", "--folder", folder);

            (await demo.WaitAsync()).ShouldBe(0, demo.Error);
            demo.Output.ShouldMatch(@"demo\s+succeeded\s+2,000\s+2,000\s+2,000");
            demo.Output.ShouldContain("2,000 people follow");
            demo.Output.ShouldContain("psql \"host=");
            File.Exists(Path.Combine(folder, "data", "postmaster.pid")).ShouldBeFalse();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>One call at a time, so that the answers come in the order of the batches, and from the eleventh on none comes.</summary>
    private static async Task<Installation> SilentAfterTheFirstThousandAsync()
    {
        Installation installation = await Installation.CreateAsync(Small);
        installation.Settings["Sync__BatchesInFlight"] = "1";
        installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.Hang, Path = Batch, From = 11 });
        return installation;
    }

    private static async Task RestOfTheSyncAsync(Installation installation)
    {
        (await installation.Database.ReadAsync<long>("select count(*) from wechat.followers")).ShouldBe(Stored);
        installation.WeChat.Faults.Clear();
        await Installation.UntilAsync(() => Task.FromResult(installation.WeChat.Requests.InFlight == 0), "the silent calls have been given up");
        installation.WeChat.Requests.Clear();

        (await installation.InvokeAsync("sync")).ExitCode.ShouldBe(0);

        (await installation.Database.ReadAsync<long>("select added from wechat.sync_runs order by run_id desc limit 1")).ShouldBe(2_500 - Stored);
        (await installation.Database.ReadAsync<long>("select count(*) from wechat.followers")).ShouldBe(2_500);
        installation.WeChat.Requests.Count(Batch).ShouldBe((2_500 - Stored) / 100, "what is stored is not asked for again");
        installation.WeChat.Requests.Count(Token).ShouldBe(0, "the token is still valid");
    }

    [GeneratedRegex("(?<=status page listens on \"?)http://[0-9.:]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PageAddress();
}
