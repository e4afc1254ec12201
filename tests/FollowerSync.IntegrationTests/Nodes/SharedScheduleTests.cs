using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Scheduling;
using Npgsql;

namespace FollowerSync.IntegrationTests.Nodes;

/// <summary>The tables of the schedule that nodes share, which Quartz creates: there before a node needs them, and the same in every database.</summary>
public sealed class SharedScheduleTests
{
    /// <summary>What Quartz 4.7.3 creates.</summary>
    private const string ExpectedTables = "17dce3d6d1b928994e83ad8f1c1bd1e7";

    [Fact]
    public async Task Check_names_tables_that_no_node_could_start_without_and_what_makes_them()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 3 });
        installation.Settings["Database__MigrateOnStart"] = "false";
        (await installation.RunAsync("migrate")).ExitCode.ShouldBe(0);
        installation.Settings["Cluster__Enabled"] = "true";

        (int exitCode, string output, _) = await installation.RunAsync("check");
        exitCode.ShouldBe(1);
        output.ShouldContain("failed   shared schedule: its tables are missing");
        output.ShouldContain("Run \"followersync migrate\" with Cluster:Enabled.");

        (await installation.RunAsync("migrate")).ExitCode.ShouldBe(0);
        (exitCode, output, _) = await installation.RunAsync("check");
        exitCode.ShouldBe(0, output);
        output.ShouldContain("ok       shared schedule: its tables are there");

        await installation.Database.ExecuteAsync("drop table quartz.qrtz_fired_triggers");
        (exitCode, output, _) = await installation.RunAsync("check");
        exitCode.ShouldBe(1);
        output.ShouldContain("failed   shared schedule: no node starts with its tables as they are");
    }

    [Fact]
    public async Task Check_names_a_login_that_may_not_create_what_the_first_node_has_to()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 3 });
        string login = OwnedDatabase.NewLogin("worker");
        await installation.Database.ExecuteAsync(
            $"create role {login} login password '{login}'; grant usage on schema wechat, followersync to {login}; grant all on all tables in schema wechat, followersync to {login}");
        installation.Settings["ConnectionStrings__FollowerSync"] = new NpgsqlConnectionStringBuilder(installation.Database.ConnectionString) { Username = login, Password = login }.ConnectionString;
        installation.Settings["Cluster__Enabled"] = "true";

        (int exitCode, string output, _) = await installation.RunAsync("check");
        exitCode.ShouldBe(1);
        output.ShouldContain("shared schedule: its tables are missing (schema quartz), and the database user may not create them");
        output.ShouldContain("grant usage and create on schema quartz");

        await installation.Database.ExecuteAsync($"grant create on schema quartz to {login}");
        (exitCode, output, _) = await installation.RunAsync("check");
        exitCode.ShouldBe(1);
        output.ShouldContain("and the database user may not create them");

        await installation.Database.ExecuteAsync($"grant usage on schema quartz to {login}");
        (exitCode, output, _) = await installation.RunAsync("check");
        exitCode.ShouldBe(0, output);
        output.ShouldContain("ok       shared schedule: the first node that starts creates its tables");
        await installation.Database.ExecuteAsync($"drop owned by {login}; drop role {login}");
    }

    [Fact]
    public async Task The_tables_are_those_that_databases_in_use_have()
    {
        await using TestDatabase tables = await TestDatabase.CreateAsync();
        await SharedSchedule.CreateTablesAsync(tables.DataSource, default);

        string found = await tables.ReadAsync<string>(
            """
            select md5(string_agg(concat_ws(' ', table_name, column_name, data_type, character_maximum_length, is_nullable, column_default), E'\n' order by table_name, column_name))
            from information_schema.columns where table_schema = 'quartz'
            """);

        found.ShouldBe(ExpectedTables, "Quartz creates other tables than before, and never changes those that a database has: its scripts (database/migrations of its repository) have to come into db/migrations first");
    }
}
