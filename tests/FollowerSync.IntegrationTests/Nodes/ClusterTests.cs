using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.Scheduling;

namespace FollowerSync.IntegrationTests.Nodes;

/// <summary>How workers get along on one database.</summary>
public sealed class ClusterTests
{
    [Fact]
    public async Task A_second_node_that_starts_during_a_backlog_loses_no_run()
    {
        const int Accounts = 60;
        await using Cluster cluster = await Cluster.CreateAsync(Cluster.Accounts(Accounts, followers: 3));
        Dictionary<string, string> settings = cluster.Installation.Settings;
        settings["Schedule__RunAtStart"] = "false";
        settings["Schedule__MaxConcurrentRuns"] = "1";
        // Two in three are put off by their place, through the database.
        settings["Schedule__Spread"] = "00:00:03";
        cluster.Start("one");
        await cluster.ScheduledAsync(Accounts);
        await cluster["one"].StopAsync();

        await cluster.FireAllAsync();
        cluster.Start("one");
        await cluster.UntilAsync("select count(*) > 5 from wechat.sync_runs", cluster["one"]);
        cluster.Start("two");
        await cluster.UntilAsync($"select count(*) >= {Accounts} from wechat.sync_runs where status = 'succeeded' and trigger = 'schedule'", TimeSpan.FromMinutes(2));

        (await cluster.ReadAsync<long>("select count(*) from wechat.sync_runs")).ShouldBe(Accounts, "each once");
        (await cluster.ReadAsync<long>("select count(distinct app_id) from wechat.sync_runs")).ShouldBe(Accounts);
    }

    [Fact]
    public async Task What_was_taken_out_of_the_schedule_while_its_only_node_was_silent_or_put_off_by_a_clock_that_was_ahead_is_put_back()
    {
        await using Cluster cluster = await Cluster.CreateAsync(Cluster.Accounts(2, followers: 3));
        cluster.Start("one");
        await cluster.ScheduledAsync(2);

        await cluster.Installation.Database.ExecuteAsync("delete from quartz.qrtz_cron_triggers; delete from quartz.qrtz_triggers; delete from quartz.qrtz_job_details");

        await cluster.ScheduledAsync(2);
        await cluster.Installation.Database.ExecuteAsync("update quartz.qrtz_triggers set next_fire_time = next_fire_time + 10 * 864000000000 where trigger_group = 'sync'");
        await cluster.UntilAsync($"select count(*) = 2 from quartz.qrtz_triggers where trigger_group = 'sync' and next_fire_time = {new DateTime(2090, 1, 1).Ticks}", TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_node_that_stands_still_in_the_middle_of_a_firing_is_sent_away_before_the_others_give_up_waiting()
    {
        await using Cluster cluster = await Cluster.CreateAsync(Cluster.Accounts(1, followers: 3), "* * * * * ?");
        cluster.Start("one");
        await cluster.ScheduledAsync(1);

        await cluster.Installation.Database.ExecuteAsync(
            """
            create table quartz.limits (idle text);
            create function quartz.note() returns trigger language plpgsql as
                $$ begin insert into quartz.limits values (current_setting('idle_in_transaction_session_timeout')); return null; end $$;
            create trigger note after update on quartz.qrtz_triggers for each row execute function quartz.note()
            """);
        await cluster.UntilAsync("select count(*) > 4 from quartz.limits");

        (await cluster.ReadAsync<string>("select string_agg(distinct idle, ' ') from quartz.limits")).ShouldBe("10s");
        SharedSchedule.LongestStatement.ShouldBeGreaterThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Workers_that_do_not_share_their_schedule_are_refused_beside_those_that_do()
    {
        await using Cluster cluster = await Cluster.CreateAsync(new EmulatorOptions { Followers = 3 });
        Dictionary<string, string> settings = cluster.Installation.Settings;
        cluster.Start("one");
        await cluster.UntilAsync("select count(*) = 1 from wechat.sync_runs where status = 'succeeded'");

        settings["Cluster__Enabled"] = "false";
        (int exitCode, _, string error) = await cluster.Installation.InvokeAsync("run");
        exitCode.ShouldBe(1, "systemd tries again: it may pass");
        error.ShouldContain("but node one on ");
        error.ShouldNotContain("For details");
        settings["Cluster__Enabled"] = "true";
        settings["Cluster__Name"] = "another";
        (await cluster.Installation.InvokeAsync("run")).ExitCode.ShouldBe(1);
        (await cluster.ReadAsync<long>("select count(*) from wechat.sync_runs")).ShouldBe(1);

        await cluster["one"].StopAsync();
        settings["Cluster__Enabled"] = "false";
        await using FollowerSyncProcess alone = cluster.Installation.Start("run");
        await cluster.UntilAsync("select count(*) = 1 from followersync.nodes where cluster is null and stopped_at is null", alone);
        settings["Cluster__Enabled"] = "true";
        (exitCode, _, error) = await cluster.Installation.InvokeAsync("run");
        exitCode.ShouldBe(1);
        error.ShouldContain("keeps its schedule to itself");
    }

    [Fact]
    public async Task A_node_whose_settings_lack_an_account_leaves_it_to_the_others_and_is_told_of()
    {
        await using Cluster cluster = await Cluster.CreateAsync(Cluster.Accounts(2, followers: 3), "*/2 * * * * ?");
        Dictionary<string, string> settings = cluster.Installation.Settings;
        cluster.Start("both");
        await cluster.UntilAsync("select count(distinct app_id) = 2 from wechat.sync_runs where status = 'succeeded'");
        foreach (string key in settings.Keys.Where(key => key.StartsWith("WeChat__Accounts__1", StringComparison.Ordinal)).ToArray())
            settings.Remove(key);

        cluster.Start("first");
        await Installation.UntilAsync(() => Task.FromResult(cluster["first"].Output.Contains("its settings differ in WeChat", StringComparison.Ordinal)), "the warning", cluster["first"]);
        (_, string nodes, _) = await cluster.Installation.InvokeAsync("nodes");
        nodes.ShouldContain("its settings differ in WeChat");
        nodes.ShouldContain("both: lives");
        (await cluster.Installation.InvokeAsync("nodes", "--json")).Output.ShouldContain("\"node\": \"both\"");
        // Two accounts in the schedule as long as somebody may have both.
        (await cluster.ReadAsync<long>("select count(*) from quartz.qrtz_job_details")).ShouldBe(2);

        await cluster["both"].StopAsync();
        await cluster.UntilAsync("select count(*) >= 2 from wechat.sync_runs where node = 'first' and status = 'succeeded'", cluster["first"]);
        (await cluster.ReadAsync<string>("select string_agg(distinct app_id, ' ') from wechat.sync_runs where node = 'first'")).ShouldBe(cluster.Installation.WeChat.Accounts[0].AppId);
        await cluster.UntilAsync("select count(*) = 1 from quartz.qrtz_job_details", cluster["first"]);
        (await cluster.ReadAsync<long>("select count(*) from wechat.sync_runs where status not in ('succeeded', 'running', 'cancelled')")).ShouldBe(0);
    }
}
