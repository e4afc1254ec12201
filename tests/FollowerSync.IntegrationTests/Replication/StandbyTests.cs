using FollowerSync.Database;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Documents;
using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.Replication;

/// <summary>The program and the analysts at a real streaming standby.</summary>
public sealed class StandbyTests(StandbyScene scene) : IClassFixture<StandbyScene>
{
    private const string IsStandby = "is a standby: it copies another server and takes no writes.";

    [Fact]
    public async Task A_sync_refuses_a_standby_at_once_and_says_what_to_do()
    {
        long begun = TimeProvider.System.GetTimestamp();

        (int exitCode, string output, string error) = await scene.Installation.RunAsync("sync");

        exitCode.ShouldBe(1, output);
        error.ShouldContain(IsStandby);
        error.ShouldContain("Host=db1,db2");
        error.ShouldContain("select pg_promote();");
        // Repeats of the refused statement alone would take it half a minute.
        TimeProvider.System.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Every_other_verb_that_writes_refuses_it_likewise()
    {
        string file = Path.GetTempFileName();
        string[][] verbs = [["approve", "1"], ["forget", "oSomebody"], ["import", file, "--account", "brand0"], ["migrate"], ["grant", "anna"], ["revoke", "anna"], ["rebuild-facts"]];
        foreach (string[] verb in verbs)
        {
            (int exitCode, string output, string error) = await scene.Installation.RunAsync(verb);
            exitCode.ShouldBe(1, output);
            error.ShouldContain(IsStandby, customMessage: verb[0]);
        }

        File.Delete(file);
    }

    [Fact]
    public async Task Check_names_the_standby_and_blames_no_right()
    {
        (int exitCode, string output, _) = await scene.Installation.RunAsync("check");

        exitCode.ShouldBe(1);
        output.ShouldContain("failed   primary: Database");
        output.ShouldContain("takes no writes");
        output.ShouldNotContain("rights");
        output.ShouldContain("To be mended first: primary");
    }

    [Fact]
    public async Task What_only_reads_works_there()
    {
        string file = Path.GetTempFileName();
        (int exitCode, string output, string error) = await scene.Installation.RunAsync("export", "--view", "audience", "--out", file);
        exitCode.ShouldBe(0, error);
        (await File.ReadAllLinesAsync(file)).Length.ShouldBeGreaterThan(300);
        File.Delete(file);

        (exitCode, output, error) = await scene.Installation.RunAsync("status");
        exitCode.ShouldBe(0, error);
        output.ShouldContain("succeeded");
    }

    [Fact]
    public async Task Analysts_read_every_view_function_and_query_of_the_cookbook_there()
    {
        Dictionary<string, string> settings = new(scene.Installation.Settings, StringComparer.Ordinal)
        {
            ["ConnectionStrings__FollowerSync"] = scene.Primary.ConnectionString,
            ["Analysts__ReadHost"] = $"127.0.0.1:{new NpgsqlConnectionStringBuilder(scene.Standby.ConnectionString).Port}",
        };
        (int exitCode, string granted, string error) = await VerbRun.InvokeAsync(settings, "grant", "anna", "--role", "analyst_pii");
        exitCode.ShouldBe(0, error);
        granted.ShouldContain($"@{settings["Analysts__ReadHost"]}/");
        granted.ShouldContain("replica of Analysts:ReadHost");
        await scene.Standby.CatchUpAsync();
        await using NpgsqlDataSource anna = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(scene.Standby.ConnectionString)
        {
            Username = "anna",
            Password = granted.Split("postgresql://")[1].Split(':', '@')[1],
        }.ConnectionString);

        foreach (IReadOnlyList<string> relation in (await Answer.AskAsync(anna, "select relname from pg_class where relnamespace = 'wechat'::regnamespace and relkind in ('r', 'v', 'p')")).Rows)
            (await Answer.AskAsync(anna, $"select count(*) from wechat.{relation[0]}")).Rows.Count.ShouldBe(1, relation[0]);
        foreach (Question question in Question.ReadAll())
            (await Answer.AskAsync(anna, question.Sql)).Columns.ShouldNotBeEmpty(question.File);
        (await Answer.AskAsync(anna, "select count(*) from wechat.accounts a cross join lateral wechat.followers_on(a.app_id, current_date + 1) f")).Rows.Count.ShouldBe(1);
        (await Answer.AskAsync(anna, "select count(nickname) from followers")).Rows[0][0].ShouldNotBe("0");
    }

    [Fact]
    public async Task Check_names_missing_timeouts_and_slots_that_fill_the_disk_and_what_to_do()
    {
        Dictionary<string, string> settings = new(scene.Installation.Settings, StringComparer.Ordinal)
        {
            ["ConnectionStrings__FollowerSync"] = new NpgsqlConnectionStringBuilder(scene.Primary.ConnectionString) { Host = "127.0.0.1", MaxPoolSize = 40 }.ConnectionString,
            ["Schedule__MaxConcurrentRuns"] = "6",
        };
        await scene.Primary.ExecuteAsync("select pg_create_physical_replication_slot('warehouse', true)");
        await scene.Primary.ExecuteAsync("alter role followersync set idle_session_timeout = '60s'");

        (int exitCode, string output, string error) = await VerbRun.InvokeAsync(settings, "check");

        exitCode.ShouldBe(0, output + error);
        output.ShouldContain("ok       primary: the server takes writes");
        output.ShouldContain("alter role followersync set idle_in_transaction_session_timeout = '30s'; alter role followersync set tcp_keepalives_idle = 30;");
        output.ShouldContain("idle_session_timeout (1 min 0 s) is shorter than Connection Idle Lifetime");
        output.ShouldContain("warning  connections: Maximum Pool Size of the connection string is 40, and a worker of these settings uses up to 42");
        output.ShouldContain("warning  replication slots: warehouse has no reader now");
        output.ShouldContain("select pg_drop_replication_slot('warehouse');");
        output.ShouldContain("max_slot_wal_keep_size is not set");

        string advice = output.Split("Run as that login, or as an administrator: ")[1].Split('\n')[0];
        foreach (string statement in advice.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            await scene.Primary.ExecuteAsync(statement);
        await scene.Primary.ExecuteAsync("alter role followersync reset idle_session_timeout");
        await scene.Primary.ExecuteAsync("select pg_drop_replication_slot('warehouse')");
        (exitCode, output, error) = await VerbRun.InvokeAsync(settings, "check");

        exitCode.ShouldBe(0, output + error);
        output.ShouldContain("ok       timeouts of the login: the server ends what stands still in a transaction");
        output.ShouldContain("ok       replication slots: none");
        output.ShouldNotContain("pooler");
    }

    [Fact]
    public async Task A_node_whose_name_of_the_database_led_to_a_standby_for_a_while_fires_as_soon_as_it_leads_to_the_primary()
    {
        await using DatabaseRelay name = new(scene.Primary.ConnectionString);
        Dictionary<string, string> settings = new(scene.Installation.Settings, StringComparer.Ordinal)
        {
            ["ConnectionStrings__FollowerSync"] = name.ConnectionString,
            ["Database__Retries"] = "0",
            ["Cluster__Enabled"] = "true",
            ["Cluster__CheckIn"] = "00:00:01",
            ["Cluster__Threshold"] = "00:00:02",
            ["Cluster__Lease"] = "00:00:03",
            ["Schedule__Cron"] = "* * * * * ?",
        };
        await using FollowerSyncProcess worker = FollowerSyncProcess.Start(settings, "run");
        await FiresAsync(worker);

        // The primary starts anew as a standby, and the name still leads to it.
        name.LeadTo(scene.Standby.ConnectionString);
        name.Cut();
        await Installation.UntilAsync(() => Task.FromResult(name.Connections > 12), "whoever has connections has met the standby", worker);
        name.LeadTo(scene.Primary.ConnectionString);

        await FiresAsync(worker);
        (await worker.StopAsync()).ExitCode.ShouldBe(0, worker.Output);
    }

    [Fact]
    public async Task Several_servers_that_are_all_standbys_are_called_so_at_once()
    {
        string both = new NpgsqlConnectionStringBuilder(scene.Standby.BothServers).Host!;
        string standby = both.Split(',')[1];
        await using NpgsqlDataSource source = FollowerDataSource.Build(
            new NpgsqlConnectionStringBuilder(scene.Standby.ConnectionString) { Host = $"127.0.0.1:1,{standby}" }.ConnectionString, new DatabaseOptions());
        FollowerDatabase database = new(source, new DatabaseOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<FollowerDatabase>.Instance);

        StandbyException error = await Should.ThrowAsync<StandbyException>(() => PrimarySearch.RequireAsync(database, default));

        error.Message.ShouldContain(standby);
        DatabaseUnavailableException later = await Should.ThrowAsync<DatabaseUnavailableException>(() => database.RunOnceAsync(DatabaseClock.ReadAsync, default));
        later.Message.ShouldContain("takes writes now");
        DatabaseFailure.IsPassing(later).ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_that_is_read_only_by_a_setting_is_not_called_a_standby()
    {
        await using NpgsqlDataSource source = FollowerDataSource.Build(scene.Primary.ConnectionString + ";Options=-c default_transaction_read_only=on", new DatabaseOptions());
        FollowerDatabase database = new(source, new DatabaseOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<FollowerDatabase>.Instance);

        StandbyException error = await Should.ThrowAsync<StandbyException>(() => PrimarySearch.RequireAsync(database, default));

        error.Message.ShouldContain("default_transaction_read_only is on");
        error.Message.ShouldNotContain("pg_promote");
    }

    /// <summary>Waits until another scheduled run has succeeded.</summary>
    private async Task FiresAsync(FollowerSyncProcess worker)
    {
        const string Last = "select coalesce(max(run_id), 0) from wechat.sync_runs where trigger = 'schedule' and status = 'succeeded'";
        long before = (long)(await scene.Primary.ReadAsync(Last))!;
        await Installation.UntilAsync(async () => (long)(await scene.Primary.ReadAsync(Last))! > before, "another run", worker);
    }
}
