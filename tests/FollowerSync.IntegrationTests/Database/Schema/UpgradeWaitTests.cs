using FollowerSync.Database.Schema;
using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.Database.Schema;

/// <summary>An upgrade that an analyst's session holds up.</summary>
public sealed class UpgradeWaitTests : IAsyncLifetime
{
    private static readonly Migration First = Migration.Parse("0001_first.sql", "create table public.first (id int);");
    private static readonly Migration Alter = Migration.Parse("0002_alter.sql", "create table public.before (id int);\nalter table public.first add column name text;");
    private static readonly Migration Index = Migration.Parse("0002_index.sql", "-- no transaction\ncreate index concurrently if not exists first_id on public.first (id);");

    private readonly RememberedLog<Migrator> _log = new();
    private TestDatabase _database = null!;
    private NpgsqlConnection _analyst = null!;

    public async Task InitializeAsync()
    {
        _database = await TestDatabase.CreateEmptyAsync();
        await Migrator(First).MigrateAsync(default);
        _analyst = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_database.ConnectionString) { ApplicationName = "notebook", Pooling = false }.ConnectionString);
        await _analyst.OpenAsync();
    }

    public async Task DisposeAsync()
    {
        await _analyst.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task An_advisory_lock_of_whatever_key_is_of_no_matter()
    {
        await AskAsync("select pg_advisory_lock(5075586021064435058), pg_advisory_lock(hashtext('followersync')::bigint)");

        (await Migrator(First, Alter).MigrateAsync(default)).ShouldBe([Alter]);

        _log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Her_idle_transaction_is_named_and_when_it_is_over_the_upgrade_goes_on_by_itself()
    {
        await AskAsync("begin; select count(*) from first where id::text = 'of nobody''s concern'");
        Task<IReadOnlyList<Migration>> upgrade = Migrator(First, Alter).MigrateAsync(default);

        string line = await _log.LineAsync("The upgrade of the schema waits");
        line.ShouldContain($"session {_analyst.ProcessID} of user \"{new NpgsqlConnectionStringBuilder(_database.ConnectionString).Username}\", application \"notebook\", in a transaction since 20");
        line.ShouldContain("newest statement: select count(*) from first where id::text = …");
        line.ShouldContain($"select pg_terminate_backend({_analyst.ProcessID})");
        line.ShouldNotContain("concern");
        upgrade.IsCompleted.ShouldBeFalse();
        await AskAsync("rollback");

        (await upgrade).ShouldBe([Alter]);
        await _log.LineAsync("goes on");
    }

    [Fact]
    public async Task After_the_end_the_upgrade_fails_naming_her_and_nothing_of_it_stays()
    {
        await AskAsync("begin; select count(*) from first");

        MigrationException error = await Should.ThrowAsync<MigrationException>(() => Migrator(TimeSpan.FromSeconds(4), First, Alter).MigrateAsync(default));

        error.Message.ShouldContain($"waited 00:00:04 for a lock of another session, and gave up. It is held by session {_analyst.ProcessID}");
        error.Remedy.ShouldContain($"select pg_terminate_backend({_analyst.ProcessID})");
        error.Remedy.ShouldContain("Database:UpgradeWait");
        (await _database.ReadAsync<bool>("select to_regclass('public.before') is null")).ShouldBeTrue();
    }

    [Fact]
    public async Task Others_get_at_the_table_while_the_upgrade_waits()
    {
        await AskAsync("begin; select count(*) from first");
        Task<IReadOnlyList<Migration>> upgrade = Migrator(First, Alter).MigrateAsync(default);
        await _log.LineAsync("The upgrade of the schema waits");

        (await _database.ReadAsync<long>("select count(*) from first")).ShouldBe(0);

        upgrade.IsCompleted.ShouldBeFalse();
        await AskAsync("rollback");
        await upgrade;
    }

    [Fact]
    public async Task A_program_whose_turn_it_is_not_is_told_who_is_at_it()
    {
        await AskAsync("begin; lock table followersync.schema_migrations in exclusive mode");
        Task<IReadOnlyList<Migration>> upgrade = Migrator(First, Alter).MigrateAsync(default);

        (await _log.LineAsync("The upgrade of the schema waits")).ShouldContain($"session {_analyst.ProcessID}");
        await AskAsync("commit");

        (await upgrade).ShouldBe([Alter]);
    }

    [Fact]
    public async Task An_old_snapshot_that_an_index_waits_for_is_named()
    {
        await AskAsync("begin isolation level repeatable read; select count(*) from first");
        Task<IReadOnlyList<Migration>> upgrade = Migrator(First, Index).MigrateAsync(default);

        (await _log.LineAsync("The upgrade of the schema waits")).ShouldContain($"session {_analyst.ProcessID}");
        await AskAsync("commit");

        (await upgrade).ShouldBe([Index]);
        (await _database.ReadAsync<bool>("select indisvalid from pg_index where indexrelid = 'first_id'::regclass")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_script_outside_a_transaction_that_waited_in_vain_is_not_run_again()
    {
        await AskAsync("begin isolation level repeatable read; select count(*) from first");

        MigrationException error = await Should.ThrowAsync<MigrationException>(() => Migrator(TimeSpan.FromSeconds(2), First, Index).MigrateAsync(default));

        error.Message.ShouldContain($"It is held by session {_analyst.ProcessID}");
        error.Remedy.ShouldContain("parts may remain");
    }

    private async Task AskAsync(string sql)
    {
        await using NpgsqlCommand command = new(sql, _analyst);
        await command.ExecuteNonQueryAsync();
    }

    private Migrator Migrator(params Migration[] scripts) => Migrator(TimeSpan.FromMinutes(1), scripts);

    private Migrator Migrator(TimeSpan end, params Migration[] scripts) => new(
        _database.DataSource, Migrations.InOrder(scripts), new ViewSet([], "0.1.0"), new MigrationWaits(TimeSpan.FromSeconds(1), end), TimeProvider.System, _log);
}
