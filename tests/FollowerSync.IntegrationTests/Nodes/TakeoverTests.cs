using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.Nodes;

/// <summary>What becomes of a run when its node dies, stops or stands still: real processes, a real database.</summary>
public sealed class TakeoverTests
{
    private const string Batch = "/cgi-bin/user/info/batchget";
    private const int People = 2_500;
    private const int Stored = 1_000;

    private static readonly string PartIsStored = $"select count(*) = {Stored} from wechat.followers";

    /// <summary>What the settings promise.</summary>
    private static readonly TimeSpan Longest = Cluster.CheckIn * 2 + Cluster.Threshold + TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_killed_node_s_run_is_gone_on_with_by_the_other_and_says_who_took_it(bool onAnotherMachine)
    {
        await using Cluster cluster = await InTheMiddleAsync();
        string dead = await cluster.RunningAsync();
        string taker = cluster.OtherThan(dead);
        // Whether a process of another machine is dead nobody can see from here: its lease has to run out.
        if (onAnotherMachine)
            await cluster.Installation.Database.ExecuteAsync("update followersync.leases set host = 'another machine'");

        await cluster[dead].KillAsync();
        long killed = TimeProvider.System.GetTimestamp();
        cluster.Installation.WeChat.Faults.Clear();
        await cluster.UntilAsync($"select count(*) = 1 from wechat.sync_runs where node = '{taker}'", cluster[taker]);

        TimeProvider.System.GetElapsedTime(killed).ShouldBeLessThan(Longest);
        await EndsWellAsync(cluster, taker, first: "abandoned");
        (await cluster.ReadAsync<string>("select node || ': ' || coalesce(error_en, error) from wechat.sync_runs order by run_id limit 1")).ShouldMatch($"^{dead}: Its node ended.* Node {taker} has taken it over");
        (await cluster.ReadAsync<long>("select count(*) from wechat.sync_runs")).ShouldBe(2);
    }

    [Fact]
    public async Task A_stopped_node_hands_its_run_over()
    {
        await using Cluster cluster = await InTheMiddleAsync();
        string stopped = await cluster.RunningAsync();
        string taker = cluster.OtherThan(stopped);

        long asked = TimeProvider.System.GetTimestamp();
        (_, int exitCode) = await cluster[stopped].StopAsync();
        cluster.Installation.WeChat.Faults.Clear();
        await cluster.UntilAsync($"select count(*) = 1 from wechat.sync_runs where node = '{taker}'", cluster[taker]);

        exitCode.ShouldBe(0);
        TimeProvider.System.GetElapsedTime(asked).ShouldBeLessThan(TimeSpan.FromSeconds(30));
        await EndsWellAsync(cluster, taker, first: "cancelled");
        cluster.Installation.WeChat.Requests.Count(Batch).ShouldBeLessThanOrEqualTo(People / 100 + 1, "nobody is asked about twice but those whose answer was awaited");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_node_that_stood_still_writes_nothing_calls_nobody_and_repeats_nothing_when_it_wakes(bool inTransaction)
    {
        await using Cluster cluster = await InTheMiddleAsync();
        string paused = await cluster.RunningAsync();
        string taker = cluster.OtherThan(paused);
        if (inTransaction)
            await PauseInTransactionAsync(cluster, paused);
        else
            PauseInCall(cluster, paused);
        await EndsWellAsync(cluster, taker, first: "abandoned");
        // The last thing the other does after its run is to give the account back, having written down what it asked for besides.
        await cluster.UntilAsync("select exists (select from followersync.api_usage where api like '/datacube/%') and process = '' from followersync.leases", cluster[taker]);
        string written = await WrittenAsync(cluster);
        cluster.Installation.WeChat.Requests.Clear();

        cluster[paused].Send(Signal.Continue);
        await Installation.UntilAsync(() => Task.FromResult(cluster[paused].Output.Contains("ended as \"Abandoned\"", StringComparison.Ordinal)), "the woken run ends", cluster[paused]);
        // It has joined the others again: it could fire whatever is due.
        await cluster.UntilAsync("select count(*) = 2 from followersync.nodes where last_seen > now() - silence and stopped_at is null", cluster[paused]);

        // Where it was asking on when it stopped, the one call that is in flight may be made when it wakes.
        cluster.Installation.WeChat.Requests.Count(Batch).ShouldBeLessThanOrEqualTo(inTransaction ? 1 : 0, "whoever is called, the lease is asked for first");
        (await WrittenAsync(cluster)).ShouldBe(written);
        (await cluster[paused].StopAsync()).ExitCode.ShouldBe(0);
        (await cluster.ReadAsync<long>("select count(*) from wechat.sync_runs")).ShouldBe(2);
    }

    /// <summary>Two nodes, and one of them has stored a thousand people and waits for an answer that does not come.</summary>
    private static async Task<Cluster> InTheMiddleAsync()
    {
        Cluster cluster = await Cluster.CreateAsync(new EmulatorOptions { Followers = People });
        cluster.Installation.Settings["Sync__BatchesInFlight"] = "1";
        // How long after the faults are cleared a call that hangs is made again.
        cluster.Installation.Settings["WeChat__AttemptTimeout"] = "00:00:05";
        cluster.Installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.Hang, Path = Batch, From = 11 });
        cluster.Start("one");
        await cluster.UntilAsync("select count(*) = 1 from followersync.nodes", cluster["one"]);
        cluster.Start("two");
        await cluster.UntilAsync("select count(*) = 2 from followersync.nodes where cluster = 'followersync'", cluster["two"]);
        await cluster.UntilAsync(PartIsStored);
        return cluster;
    }

    /// <summary>The answer it waits for comes while it stands still, and many others could follow.</summary>
    private static void PauseInCall(Cluster cluster, string node)
    {
        cluster[node].Send(Signal.Stop);
        cluster.Installation.WeChat.Faults.Clear();
    }

    /// <summary>What it waits for is done while it stands still, and its transaction stays open with the rows it wrote.</summary>
    private static async Task PauseInTransactionAsync(Cluster cluster, string node)
    {
        await using (NpgsqlConnection blocker = new(cluster.Installation.Database.ConnectionString))
        {
            await blocker.OpenAsync();
            await using NpgsqlTransaction transaction = await blocker.BeginTransactionAsync();
            await using NpgsqlCommand hold = new("lock table wechat.followers in share mode", blocker, transaction);
            await hold.ExecuteNonQueryAsync();
            cluster.Installation.WeChat.Faults.Clear();
            await cluster.UntilAsync("select exists (select from pg_locks where relation = 'wechat.followers'::regclass and not granted)", cluster[node]);
            cluster[node].Send(Signal.Stop);
        }

        await cluster.UntilAsync(
            "select exists (select from pg_locks join pg_stat_activity using (pid) where relation = 'wechat.followers'::regclass and mode = 'RowExclusiveLock' and state in ('idle in transaction', 'active'))",
            cluster[node]);
    }

    private static async Task EndsWellAsync(Cluster cluster, string taker, string first)
    {
        await cluster.UntilAsync($"select count(*) = 1 from wechat.sync_runs where node = '{taker}' and status = 'succeeded'", cluster[taker]);
        (await cluster.ReadAsync<string>("select status from wechat.sync_runs order by run_id limit 1")).ShouldBe(first);
        (await cluster.ReadAsync<long>("select count(distinct listing_id) from wechat.sync_runs")).ShouldBe(1, "the same listing is gone on with");
        (await cluster.ReadAsync<long>($"select added from wechat.sync_runs where node = '{taker}'")).ShouldBe(People - Stored);
        (await cluster.ReadAsync<long>("select count(*) from wechat.followers where subscribe")).ShouldBe(People);
    }

    /// <summary>What would show that anybody has written: every row of every table, but that the nodes live.</summary>
    private static Task<string> WrittenAsync(Cluster cluster) => cluster.ReadAsync<string>(
        """
        select string_agg(c.oid::regclass || ' ' || (xpath('/row/rows/text()', query_to_xml(format('select md5(coalesce(string_agg(t::text, chr(10) order by t::text), %L)) as rows from %s t', '', c.oid::regclass), false, true, '')))[1], E'\n' order by c.oid)
        from pg_class c
        where c.relnamespace in ('wechat'::regnamespace, 'followersync'::regnamespace) and c.relkind in ('r', 'p') and c.oid <> 'followersync.nodes'::regclass
        """);
}
