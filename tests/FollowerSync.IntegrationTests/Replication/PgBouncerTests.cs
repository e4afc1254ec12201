using System.Globalization;
using FollowerSync.Database;
using FollowerSync.Database.Schema;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Chaos;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Nodes;
using FollowerSync.IntegrationTests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Replication;

/// <summary>Everything once through a real PgBouncer that hands out sessions by transaction.</summary>
public sealed class PgBouncerTests
{
    [Fact]
    public async Task Every_verb_works_behind_it()
    {
        await using TestDatabase tables = await TestDatabase.CreateEmptyAsync();
        await using Installation installation = await Installation.CreateAsync(Cluster.Accounts(2, followers: 300));
        await using PgBouncer bouncer = await PgBouncer.StartAsync(tables.ConnectionString);
        installation.Settings["ConnectionStrings__FollowerSync"] = bouncer.ConnectionString;
        Dictionary<string, string> second = installation.Settings.Where(setting => setting.Key.StartsWith("WeChat__Accounts__1", StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);
        foreach (string key in second.Keys)
            installation.Settings.Remove(key);
        EmulatedAccount account = installation.WeChat.Account;
        string[] openIds = [.. account.Followers().Select(follower => follower.OpenId)];
        string analyst = OwnedDatabase.NewLogin("anna"), file = Path.GetTempFileName(), old = "oSomebodyOfAnOldSystem00";

        await ShouldEndAsync(installation, 0, "migrate");
        await ShouldEndAsync(installation, 0, "sync");
        (await ShouldEndAsync(installation, 0, "check")).ShouldContain("pooler: one such as PgBouncer stands in between, in transaction mode");
        foreach (string openId in openIds[..60])
            account.Unfollow(openId);
        await ShouldEndAsync(installation, 3, "sync");
        await ShouldEndAsync(installation, 0, "approve", "2", "--show");
        await ShouldEndAsync(installation, 0, "approve", "2", "--reject");
        await ShouldEndAsync(installation, 3, "sync");
        await ShouldEndAsync(installation, 0, "approve", "3");
        await File.WriteAllTextAsync(file, $"{old}\n");
        string[][] verbs = [["forget", openIds[0]], ["import", file, "--account", "brand0"], ["grant", analyst], ["rebuild-facts"], ["status"], ["nodes"], ["runs"], ["run", "3"], ["plan"], ["token"], ["revoke", analyst]];
        foreach (string[] verb in verbs)
            await ShouldEndAsync(installation, 0, verb);
        (await ShouldEndAsync(installation, 0, "export", "--table", "followers", "--out", file)).ShouldContain("299 rows of wechat.followers");
        await ShouldEndAsync(installation, 0, "sync");

        await tables.DataSource.ShouldEqualTruthAsync(account);
        (await tables.ReadAsync<long>("select count(*) from wechat.followers where not subscribe")).ShouldBe(59, "one of the sixty was forgotten");
        (await tables.ReadAsync<long>($"select count(*) from followersync.arrivals where openid = '{old}'")).ShouldBe(1);
        foreach ((string key, string value) in second)
            installation.Settings[key] = value;
        await ShouldEndAsync(installation, 0, "sync", "--account", "brand1");
        (await ShouldEndAsync(installation, 0, "migrate-account", "--from", "brand1", "--to", "brand0")).ShouldContain("300 people to ask about");
        await tables.ExecuteAsync($"drop owned by {analyst}; drop role {analyst}");
        File.Delete(file);
    }

    [Fact]
    public async Task Two_nodes_share_their_schedule_and_survive_the_end_of_all_sessions_and_restarts_of_the_server_behind_it()
    {
        await using CrashingPostgres postgres = await CrashingPostgres.StartAsync();
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 1_500, Latency = TimeSpan.FromMilliseconds(40) });
        await using PgBouncer bouncer = await PgBouncer.StartAsync(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Host = "127.0.0.1" }.ConnectionString);
        installation.Settings["ConnectionStrings__FollowerSync"] = bouncer.ConnectionString + ";No Reset On Close=true";
        installation.Settings["Schedule__Cron"] = "*/2 * * * * ?";
        installation.Settings["Database__Retries"] = "5";
        installation.Settings["Cluster__Enabled"] = "true";
        installation.Settings["Cluster__CheckIn"] = Cluster.CheckIn.ToString("c", CultureInfo.InvariantCulture);
        installation.Settings["Cluster__Threshold"] = Cluster.Threshold.ToString("c", CultureInfo.InvariantCulture);
        await ShouldEndAsync(installation, 0, "migrate");
        installation.Settings["Cluster__Node"] = "one";
        await using FollowerSyncProcess first = installation.Start("run");
        installation.Settings["Cluster__Node"] = "two";
        await using FollowerSyncProcess second = installation.Start("run");
        await Installation.UntilAsync(() => IsAsync(postgres, "select count(*) >= 200 from wechat.followers"), "a run in its middle", first);

        await postgres.EndSessionsAsync();
        await OneMoreRunAsync(postgres, first);
        (await postgres.ReadAsync("select count(*) from wechat.sync_runs where status = 'abandoned'")).ShouldBe(0L, "a run outlives its sessions");
        foreach (bool immediately in (bool[])[false, true])
        {
            await postgres.StopAsync(immediately);
            await postgres.StartServerAsync();
            await OneMoreRunAsync(postgres, first);
        }

        (await first.StopAsync()).ExitCode.ShouldBe(0, first.Output);
        (await second.StopAsync()).ExitCode.ShouldBe(0, second.Output);
        await using NpgsqlDataSource tables = NpgsqlDataSource.Create(postgres.ConnectionString);
        await tables.ShouldEqualTruthAsync(installation.WeChat.Account);
        (await postgres.ReadAsync("select count(*) from wechat.sync_runs where finished_at is null")).ShouldBe(0L);
        (await postgres.ReadAsync("select count(*) from wechat.sync_runs a join wechat.sync_runs b on b.run_id > a.run_id and b.started_at < a.finished_at and a.status <> 'abandoned'")).ShouldBe(0L, "no two runs at once");
        foreach (string secret in (string[])[postgres.Password, installation.WeChat.Account.AppSecret])
            (first.Output + first.Error + second.Output + second.Error).ShouldNotContain(secret);
        (await postgres.ReadAsync("select coalesce(string_agg(error, ' '), '') from wechat.sync_runs")).ShouldBeOfType<string>().ShouldNotContain(postgres.Password);
    }

    [Fact]
    public async Task Nothing_of_an_upgrade_stays_on_the_sessions_that_others_get_next()
    {
        await using TestDatabase tables = await TestDatabase.CreateEmptyAsync();
        await using PgBouncer bouncer = await PgBouncer.StartAsync(tables.ConnectionString);
        await using NpgsqlDataSource source = FollowerDataSource.Build(bouncer.ConnectionString + ";No Reset On Close=true", new DatabaseOptions());

        await new Migrator(source, Migrations.Embedded(), ViewSet.Embedded(), MigrationWaits.From(new DatabaseOptions()), TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(default);

        await using NpgsqlConnection other = await source.OpenConnectionAsync();
        for (int session = 0; session < 8; session++)
        {
            await using NpgsqlCommand show = new("select concat_ws(' ', current_setting('search_path'), current_setting('statement_timeout'), current_setting('lock_timeout'))", other);
            (await show.ExecuteScalarAsync()).ShouldBe("\"$user\", public 0 0");
        }
    }

    [Theory]
    [InlineData("transaction", PoolerMode.Transaction)]
    [InlineData("session", PoolerMode.Session)]
    [InlineData(null, PoolerMode.None)]
    public async Task How_it_hands_out_sessions_is_found_out(string? mode, object expected)
    {
        await using TestDatabase tables = await TestDatabase.CreateEmptyAsync();
        await using PgBouncer? bouncer = mode is null ? null : await PgBouncer.StartAsync(tables.ConnectionString, mode);
        await using NpgsqlDataSource source = FollowerDataSource.Build(bouncer?.ConnectionString ?? tables.ConnectionString, new DatabaseOptions());
        FollowerDatabase database = new(source, new DatabaseOptions(), TimeProvider.System, NullLogger<FollowerDatabase>.Instance);
        // Two sessions of the server are there, which PgBouncer then hands out in turn.
        await database.RunAsync(_ => database.RunAsync(DatabaseClock.ReadAsync, default), default);

        (await PoolerProbe.FindAsync(database, default)).ShouldBe((PoolerMode)expected);
    }

    private static async Task OneMoreRunAsync(CrashingPostgres postgres, FollowerSyncProcess node)
    {
        long before = (long)(await postgres.ReadAsync("select coalesce(max(run_id), 0) from wechat.sync_runs"))!;
        await Installation.UntilAsync(() => IsAsync(postgres, $"select exists (select from wechat.sync_runs where run_id > {before} and status = 'succeeded')"), "one more run", node);
    }

    private static async Task<bool> IsAsync(CrashingPostgres postgres, string sql)
    {
        try
        {
            return await postgres.ReadAsync(sql) is true;
        }
        catch (NpgsqlException)
        {
            // It is just being restarted.
            return false;
        }
    }

    private static async Task<string> ShouldEndAsync(Installation installation, int expected, params string[] arguments)
    {
        (int exitCode, string output, string error) = await installation.RunAsync(arguments);
        exitCode.ShouldBe(expected, $"{string.Join(' ', arguments)}: {output}{error}");
        return output + error;
    }
}
