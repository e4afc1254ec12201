using FollowerSync.Database.Schema;
using FollowerSync.IntegrationTests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Database.Schema;

public sealed class MigratorTests : IAsyncLifetime
{
    private static readonly Migration First = Migration.Parse("0001_first.sql", "create table public.first (id int);\ncreate table public.second (id int);");
    private static readonly Migration Second = Migration.Parse("0002_second.sql", "create table public.third (id int);");

    private TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TestDatabase.CreateEmptyAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Applies_pending_scripts_in_order_and_only_once()
    {
        (await MigrateAsync(First)).ShouldBe([First]);
        (await MigrateAsync(First, Second)).ShouldBe([Second]);
        (await MigrateAsync(First, Second)).ShouldBeEmpty();

        (await _database.ReadAsync<long>("select count(*) from followersync.schema_migrations")).ShouldBe(2);
        (await _database.ReadAsync<string>("select applied_by from followersync.schema_migrations where version = 1")).ShouldBe("0.1.0");
    }

    [Fact]
    public async Task Migrators_that_start_together_apply_each_script_once()
    {
        IReadOnlyList<Migration>[] applied = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => Task.Run(() => MigrateAsync(First, Second))));

        applied.SelectMany(one => one).OrderBy(one => one.Version).ShouldBe([First, Second]);
    }

    [Fact]
    public async Task Migrators_that_start_together_build_an_index_concurrently()
    {
        Migration index = Migration.Parse("0002_index.sql", "-- no transaction\ncreate index concurrently first_id on public.first (id);");

        IReadOnlyList<Migration>[] applied = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => MigrateAsync(First, index))));

        applied.SelectMany(one => one).OrderBy(one => one.Version).ShouldBe([First, index]);
        (await _database.ReadAsync<bool>("select indisvalid from pg_index where indexrelid = 'first_id'::regclass")).ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_backup_does_not_have_comes_back_at_the_next_start_and_a_value_of_somebody_else_stays()
    {
        const string Read = "select coalesce(max(c), '') from pg_db_role_setting s cross join unnest(s.setconfig) c where s.setdatabase = (select oid from pg_database where datname = current_database())";
        const string Change = "do $$ begin execute format('alter database %I {0}', current_database()); end $$";
        await MigrateAsync(First);
        await _database.ExecuteAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, Change, "reset jit"));

        await MigrateAsync(First);
        (await _database.ReadAsync<string>(Read)).ShouldBe("jit=off");

        await _database.ExecuteAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, Change, "set jit = on"));
        await MigrateAsync(First);
        (await _database.ReadAsync<string>(Read)).ShouldBe("jit=on");
    }

    [Fact]
    public async Task The_status_names_what_is_pending_and_writes_nothing()
    {
        MigrationStatus fresh = await Migrator(First, Second).GetStatusAsync(default);
        fresh.CurrentVersion.ShouldBe(0);
        fresh.Pending.ShouldBe([First, Second]);
        (await _database.ReadAsync<long>("select count(*) from pg_namespace where nspname = 'followersync'")).ShouldBe(0);

        await MigrateAsync(First);
        MigrationStatus half = await Migrator(First, Second).GetStatusAsync(default);
        half.CurrentVersion.ShouldBe(1);
        half.Pending.ShouldBe([Second]);
    }

    [Fact]
    public async Task Line_ends_are_no_change()
    {
        await MigrateAsync(First);

        (await MigrateAsync(Migration.Parse(First.Name, First.Sql.ReplaceLineEndings("\r\n")))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Refuses_a_script_that_was_changed_after_it_was_applied()
    {
        await MigrateAsync(First);

        MigrationException error = await FailAsync(Migration.Parse(First.Name, First.Sql + " -- changed"));

        error.Message.ShouldContain("0001_first.sql was changed");
        error.Remedy.ShouldContain("new migration");
    }

    [Fact]
    public async Task Refuses_a_database_newer_than_the_program_and_names_both_versions()
    {
        await MigrateAsync(First, Second);

        MigrationException error = await FailAsync(First);

        error.Message.ShouldContain("at schema version 2 (applied by FollowerSync 0.1.0)");
        error.Message.ShouldContain("knows versions up to 1");
    }

    [Fact]
    public async Task Refuses_a_history_with_a_hole()
    {
        await MigrateAsync(First, Second);
        await _database.ExecuteAsync("delete from followersync.schema_migrations where version = 1");

        (await FailAsync(First, Second)).Message.ShouldContain("0002_second.sql was applied, but not 0001_first.sql");
    }

    [Fact]
    public async Task A_failing_script_is_named_with_line_and_SQLSTATE_and_takes_the_whole_upgrade_back()
    {
        Migration broken = Migration.Parse("0002_broken.sql", "create table public.fine (id int);\n\ncreate table public.bad (\n    id nonsense\n);\n");

        MigrationException error = await FailAsync(First, broken);

        error.Message.ShouldContain("0002_broken.sql failed in line 4 with SQLSTATE 42704");
        error.SqlState.ShouldBe("42704");
        (await _database.ReadAsync<bool>("select to_regclass('fine') is null and to_regclass('first') is null and (select count(*) from followersync.schema_migrations) = 0")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_user_without_the_right_to_create_is_told_so_but_may_use_a_current_schema()
    {
        string user = "limited_" + new NpgsqlConnectionStringBuilder(_database.ConnectionString).Database;
        await _database.ExecuteAsync($"create role {user} login password 'pw'");
        await using NpgsqlDataSource limited = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Username = user, Password = "pw" });

        MigrationException error = await Should.ThrowAsync<MigrationException>(() => Migrator(limited, First).MigrateAsync(default));
        error.Message.ShouldContain($"\"{user}\" lacks a right");
        error.Remedy.ShouldContain("grant create on database");

        await MigrateAsync(First);
        await _database.ExecuteAsync($"grant usage on schema followersync to {user}; grant select on all tables in schema followersync to {user}");
        (await Migrator(limited, First).MigrateAsync(default)).ShouldBeEmpty();
        await _database.ExecuteAsync($"drop owned by {user}; drop role {user}");
    }

    [Fact]
    public async Task Every_column_of_its_own_tables_has_a_comment()
    {
        await MigrateAsync(First);

        (await _database.ReadAsync<long>("""
            select count(*) from pg_attribute
             where attrelid in ('followersync.schema_migrations'::regclass, 'followersync.schema_views'::regclass, 'followersync.kept_view_rights'::regclass) and attnum > 0 and col_description(attrelid, attnum) is null
            """)).ShouldBe(0);
    }

    private Task<IReadOnlyList<Migration>> MigrateAsync(params Migration[] scripts) => Migrator(scripts).MigrateAsync(default);

    private Task<MigrationException> FailAsync(params Migration[] scripts) =>
        Should.ThrowAsync<MigrationException>(() => Migrator(scripts).MigrateAsync(default));

    private Migrator Migrator(params Migration[] scripts) => Migrator(_database.DataSource, scripts);

    private static Migrator Migrator(NpgsqlDataSource dataSource, params Migration[] scripts) =>
        new(dataSource, Migrations.InOrder(scripts), new ViewSet([], "0.1.0"), new MigrationWaits(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)), TimeProvider.System, NullLogger<Migrator>.Instance);
}
