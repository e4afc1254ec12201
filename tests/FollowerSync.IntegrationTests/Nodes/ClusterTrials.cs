using System.Diagnostics;
using System.Globalization;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;
using Npgsql;
using Xunit.Abstractions;

namespace FollowerSync.IntegrationTests.Nodes;

/// <summary>Two nodes under load and under fire. Short here; <c>eng/cluster.sh</c> makes them long and shows the figures.</summary>
public sealed class ClusterTrials(ITestOutputHelper output)
{
    [Fact]
    public async Task Whatever_is_killed_or_stands_still_in_the_end_the_database_equals_the_truth()
    {
        Random dice = new(TrialOptions.Seed);
        await using Cluster cluster = await Cluster.CreateAsync(Cluster.Accounts(3, followers: 400) with { Latency = TimeSpan.FromMilliseconds(5) }, "*/3 * * * * ?");
        WeChatEmulator weChat = cluster.Installation.WeChat;
        cluster.Installation.Settings["Sync__UnfollowBrakePercent"] = "100";
        cluster.Installation.Settings["Sync__BatchSize"] = "20";
        string[] nodes = ["one", "two"];
        foreach (string node in nodes)
            cluster.Start(node);
        await cluster.UntilAsync("select count(*) = 2 from followersync.nodes");

        Dictionary<string, int> done = new(StringComparer.Ordinal);
        for (int number = 0; number < TrialOptions.Disturbances; number++)
        {
            await CallsAsync(cluster, dice.Next(1, 60));
            weChat.Accounts[dice.Next(weChat.Accounts.Count)].Churn(percent: 1);
            string what = await DisturbAsync(cluster, nodes[dice.Next(nodes.Length)], dice);
            done[what] = done.GetValueOrDefault(what) + 1;
        }

        await EqualsTruthAsync(cluster);
        output.WriteLine($"seed {TrialOptions.Seed}: {string.Join(", ", done.Select(one => $"{one.Key} {one.Value}"))}; runs: {await StatusesAsync(cluster)}");
    }

    [Fact]
    public async Task Accounts_that_are_due_in_the_same_second_are_shared_out_and_none_runs_twice()
    {
        int accounts = TrialOptions.Accounts;
        await using Cluster cluster = await Cluster.CreateAsync(Cluster.Accounts(accounts, followers: 2));
        Dictionary<string, string> settings = cluster.Installation.Settings;
        settings["Schedule__RunAtStart"] = "false";
        cluster.Start("one");
        await cluster.ScheduledAsync(accounts);
        cluster.Start("two");
        await cluster.UntilAsync("select count(*) = 2 from quartz.qrtz_scheduler_state", TimeSpan.FromMinutes(1));
        string start = ProcessorTimes(cluster);

        await cluster.FireAllAsync();
        await cluster.UntilAsync($"select count(*) >= {accounts} from wechat.sync_runs where status = 'succeeded'", TimeSpan.FromMinutes(15));

        (await cluster.ReadAsync<long>("select count(*) from wechat.sync_runs")).ShouldBe(accounts);
        (await cluster.ReadAsync<long>("select count(distinct app_id) from wechat.sync_runs")).ShouldBe(accounts);
        double share = (double)await cluster.ReadAsync<decimal>("select round(count(*) filter (where node = 'one')::numeric / count(*), 3) from wechat.sync_runs");
        double half = accounts < 1_000 ? 0.25 : 0.1;
        share.ShouldBeInRange(0.5 - half, 0.5 + half);
        double span = await SpanAsync(cluster);
        long idle = await IdleAsync(cluster, TimeSpan.FromSeconds(TrialOptions.Accounts > 100 ? 30 : 3));
        output.WriteLine(FormattableString.Invariant($"{accounts} accounts: all started within {span:0.0} s, {share:0.0%} by one of the nodes; processor time of the start: {start}; idle: {idle} transactions a minute"));
    }

    [Fact]
    public async Task With_the_defaults_the_run_of_a_node_that_dies_stops_or_stands_still_is_taken_over()
    {
        const int People = 40_000;
        for (int round = 0; round < TrialOptions.Takeovers; round++)
        {
            foreach (string what in (string[])["is killed", "is stopped", "stands still"])
            {
                await using Cluster cluster = await DefaultClusterAsync(new EmulatorOptions { Followers = People, Latency = TimeSpan.FromMilliseconds(200) });
                cluster.Start("one");
                cluster.Start("two");
                await cluster.UntilAsync("select count(*) = 2 from followersync.nodes", TimeSpan.FromMinutes(1));
                await cluster.UntilAsync($"select count(*) >= {People / 4} from wechat.followers", TimeSpan.FromMinutes(2));
                string node = await cluster.RunningAsync(), taker = cluster.OtherThan(node);
                // As it is with two machines, neither of which sees whether a process of the other lives.
                await cluster.Installation.Database.ExecuteAsync("update followersync.leases set host = 'another machine'");

                long begun = Stopwatch.GetTimestamp();
                await (what switch { "is killed" => cluster[node].KillAsync(), "is stopped" => cluster[node].StopAsync(), _ => StandStillAsync(cluster[node]) });
                await cluster.UntilAsync($"select count(*) = 1 from wechat.sync_runs where node = '{taker}'", TimeSpan.FromMinutes(3));
                double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
                await cluster.UntilAsync($"select count(*) = 1 from wechat.sync_runs where node = '{taker}' and status = 'succeeded'", TimeSpan.FromMinutes(5));

                (await cluster.ReadAsync<long>("select count(*) from wechat.followers")).ShouldBe(People);
                long repeated = cluster.Installation.WeChat.Requests.Count("/cgi-bin/user/info/batchget") - People / 100;
                output.WriteLine(FormattableString.Invariant($"a node {what} in the middle of a run: the other begins {seconds:0.0} s later; {repeated} of {People / 100} calls for profiles made again; the first run {await cluster.ReadAsync<string>("select status from wechat.sync_runs order by run_id limit 1")}"));
            }
        }
    }

    [Fact]
    public async Task A_night_of_many_accounts_is_shared_by_two_nodes()
    {
        if (TrialOptions.NightAccounts is 0)
            return;

        foreach (string[] nodes in new string[][] { ["one"], ["one", "two"] })
        {
            await using Cluster cluster = await DefaultClusterAsync(
                Cluster.Accounts(TrialOptions.NightAccounts, TrialOptions.NightFollowers) with { Latency = TimeSpan.FromMilliseconds(50), RememberedRequests = 1 });
            foreach (string node in nodes)
                cluster.Start(node);
            await cluster.UntilAsync($"select count(*) >= {TrialOptions.NightAccounts} from wechat.sync_runs where status = 'succeeded'", TimeSpan.FromHours(3));

            double seconds = await cluster.ReadAsync<double>("select extract(epoch from max(finished_at) - min(started_at))::float8 from wechat.sync_runs");
            string shares = await cluster.ReadAsync<string>("select string_agg(node || ' ' || runs, ', ') from (select node, count(*) as runs from wechat.sync_runs group by node) n");
            // What follows a night is over by then.
            await Task.Delay(TimeSpan.FromMinutes(1), TimeProvider.System);
            long idle = await IdleAsync(cluster, TimeSpan.FromMinutes(1));
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{nodes.Length} node(s), {TrialOptions.NightAccounts} accounts of {TrialOptions.NightFollowers}: {seconds:0} s; {shares}; memory {string.Join(", ", nodes.Select(node => $"{cluster[node].PeakMemory / 1_000_000} MB"))}; idle: {idle} transactions a minute"));
        }
    }

    /// <summary>Nodes with the settings that people have who set none.</summary>
    private static async Task<Cluster> DefaultClusterAsync(EmulatorOptions emulator)
    {
        Cluster cluster = await Cluster.CreateAsync(emulator);
        foreach (string key in new[] { "Sync__MergeSize", "Cluster__CheckIn", "Cluster__Threshold", "Cluster__Lease", "Database__Retries" })
            cluster.Installation.Settings.Remove(key);
        return cluster;
    }

    private static Task StandStillAsync(FollowerSyncProcess node)
    {
        node.Send(Signal.Stop);
        return Task.CompletedTask;
    }

    private static string ProcessorTimes(Cluster cluster) => FormattableString.Invariant($"{cluster["one"].ProcessorTime.TotalSeconds:0} and {cluster["two"].ProcessorTime.TotalSeconds:0} s");

    private static async Task<string> DisturbAsync(Cluster cluster, string node, Random dice)
    {
        switch (dice.Next(3))
        {
            case 0:
                await cluster[node].KillAsync();
                await CallsAsync(cluster, dice.Next(0, 30));
                cluster.Start(node);
                return "killed";

            case 1:
                cluster[node].Send(Signal.Stop);
                await CallsAsync(cluster, dice.Next(1, 150));
                cluster[node].Send(Signal.Continue);
                return "stood still";

            default:
                await cluster[node].StopAsync();
                await CallsAsync(cluster, dice.Next(0, 30));
                cluster.Start(node);
                return "stopped";
        }
    }

    /// <summary>Waits until WeChat has had so many more calls.</summary>
    private static Task CallsAsync(Cluster cluster, int count)
    {
        long until = cluster.Installation.WeChat.Requests.Total + count;
        return Installation.UntilAsync(() => Task.FromResult(cluster.Installation.WeChat.Requests.Total >= until), "more calls");
    }

    private static async Task EqualsTruthAsync(Cluster cluster)
    {
        string since = (await cluster.ReadAsync<long>("select coalesce(max(run_id), 0) from wechat.sync_runs")).ToString(CultureInfo.InvariantCulture);
        await cluster.UntilAsync(
            $"select count(distinct app_id) = 3 from wechat.sync_runs r where run_id > {since} and status = 'succeeded' and exists (select from followersync.listings l where l.listing_id = r.listing_id and l.started_at >= r.started_at)",
            TimeSpan.FromMinutes(2));
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(cluster.Installation.Database.ConnectionString);
        Dictionary<string, string> stored = await StoredFollower.ReadAllAsync(source, "subscribe");
        Dictionary<string, string> truth = cluster.Installation.WeChat.Accounts.SelectMany(account => account.Followers())
            .ToDictionary(follower => follower.OpenId, StoredFollower.Describe, StringComparer.Ordinal);
        stored.Except(truth).ShouldBeEmpty();
        truth.Except(stored).ShouldBeEmpty();
        (await cluster.ReadAsync<long>("select count(*) from wechat.sync_runs r where status = 'running' and exists (select from wechat.sync_runs o where o.app_id = r.app_id and o.run_id > r.run_id)")).ShouldBe(0);
        (await cluster.ReadAsync<string>("select coalesce(string_agg(concat_ws(' ', run_id, node, status, error), E'\\n'), '') from wechat.sync_runs where status in ('failed', 'held')")).ShouldBe("");
    }

    private static Task<string> StatusesAsync(Cluster cluster) =>
        cluster.ReadAsync<string>("select string_agg(status || ' ' || runs, ', ') from (select status, count(*) as runs from wechat.sync_runs group by status) s");

    private static Task<double> SpanAsync(Cluster cluster) =>
        cluster.ReadAsync<double>("select extract(epoch from max(started_at) - date_trunc('second', min(started_at)))::float8 from wechat.sync_runs");

    /// <summary>Transactions of all nodes in a quiet minute, counted for so long.</summary>
    private static async Task<long> IdleAsync(Cluster cluster, TimeSpan span)
    {
        const string Sql = "select xact_commit + xact_rollback from pg_stat_database where datname = current_database()";
        long start = Stopwatch.GetTimestamp();
        long before = await cluster.ReadAsync<long>(Sql);
        await Task.Delay(span, TimeProvider.System);
        return (long)((await cluster.ReadAsync<long>(Sql) - before) / Stopwatch.GetElapsedTime(start).TotalMinutes);
    }
}
