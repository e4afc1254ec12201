using FollowerSync.Database.Schema;
using FollowerSync.IntegrationTests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace FollowerSync.IntegrationTests.Database.Schema;

public sealed class ViewsTests : IAsyncLifetime
{
    private static readonly Migration First = Migration.Parse("0001_first.sql", "create schema wechat; create table wechat.people (id int, name text);");
    private static readonly Migration Widen = Migration.Parse("0002_widen.sql", "alter table wechat.people alter column id type bigint;");
    private static readonly ViewScript Names = ViewScript.Parse("01_names.sql", "create view wechat.names as select id, name from wechat.people; comment on view wechat.names is 'Names.';");
    private static readonly ViewScript Short = ViewScript.Parse("02_short.sql", "create view wechat.short as select id from wechat.names;");
    private static readonly ViewScript ShortAndNew = ViewScript.Parse("02_short.sql", "create view wechat.short as select id, 1 as more from wechat.names;");

    private readonly string _suffix = Guid.NewGuid().ToString("N")[..8];
    private TestDatabase _database = null!;

    public async Task InitializeAsync() => _database = await TestDatabase.CreateEmptyAsync();

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Are_made_with_the_schema_and_left_alone_while_nothing_changes()
    {
        await MigrateAsync([First], Names, Short);
        uint before = await OidAsync("wechat.short");

        await MigrateAsync([First], Names, Short);

        (await OidAsync("wechat.short")).ShouldBe(before);
        (await _database.ReadAsync<string>("select obj_description('wechat.names'::regclass)")).ShouldBe("Names.");
        (await _database.ReadAsync<string>("select made_by || ' ' || schema_version from followersync.schema_views")).ShouldBe("1.0.0 1");
    }

    [Fact]
    public async Task A_changed_text_makes_them_anew_and_the_rights_stay()
    {
        await MigrateAsync([First], Names, Short);
        await _database.ExecuteAsync($"""
            create role reader_{_suffix}; create role owner_{_suffix};
            grant select on wechat.short to reader_{_suffix} with grant option;
            grant select (name) on wechat.names to reader_{_suffix};
            grant select on wechat.short to public;
            grant usage, create on schema wechat to owner_{_suffix};
            grant select on wechat.people to owner_{_suffix};
            alter view wechat.names owner to owner_{_suffix};
            alter default privileges in schema wechat grant insert on tables to reader_{_suffix};
            """);
        const string Rights = """
            with rights as (
                select c.relname, null as attname, a.* from pg_class c cross join aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
                 where c.relnamespace = 'wechat'::regnamespace and c.relkind = 'v'
                union all
                select c.relname, t.attname, a.* from pg_class c join pg_attribute t on t.attrelid = c.oid cross join aclexplode(t.attacl) a
                 where c.relnamespace = 'wechat'::regnamespace and c.relkind = 'v'
            )
            select string_agg(rights::text, E'\n' order by rights::text) from rights
            """;
        string before = await _database.ReadAsync<string>(Rights);
        uint oid = await OidAsync("wechat.names");

        (await StatusAsync([First], "1.0.0", Names, ShortAndNew)).ViewsAreOutOfDate.ShouldBeTrue();
        await MigrateAsync([First], Names, ShortAndNew);

        (await OidAsync("wechat.names")).ShouldNotBe(oid);
        (await _database.ReadAsync<string>(Rights)).ShouldBe(before);
        (await _database.ReadAsync<long>("select count(*) from followersync.kept_view_rights")).ShouldBe(0);
        await _database.ExecuteAsync($"drop owned by reader_{_suffix}, owner_{_suffix} cascade; drop role reader_{_suffix}, owner_{_suffix}");
    }

    [Fact]
    public async Task A_view_that_is_no_more_goes_and_a_new_one_comes()
    {
        await MigrateAsync([First], Names, Short);

        await MigrateAsync([First], Names, ViewScript.Parse("02_long.sql", "create view wechat.long as select name from wechat.names;"));

        (await _database.ReadAsync<bool>("select to_regclass('wechat.short') is null and to_regclass('wechat.long') is not null")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_view_somebody_dropped_is_made_again()
    {
        await MigrateAsync([First], Names, Short);
        await _database.ExecuteAsync("drop view wechat.short");

        await MigrateAsync([First], Names, Short);

        (await OidAsync("wechat.short")).ShouldBeGreaterThan(0u);
    }

    [Fact]
    public async Task A_migration_may_alter_a_column_they_use()
    {
        await MigrateAsync([First], Names, Short);

        await MigrateAsync([First, Widen], Names, Short);

        (await _database.ReadAsync<string>("select format_type(atttypid, null) from pg_attribute where attrelid = 'wechat.short'::regclass and attname = 'id'")).ShouldBe("bigint");
    }

    [Fact]
    public async Task A_failing_view_leaves_the_old_views_and_the_old_schema()
    {
        await MigrateAsync([First], Names, Short);
        uint before = await OidAsync("wechat.short");

        MigrationException error = await Should.ThrowAsync<MigrationException>(() =>
            MigrateAsync([First, Widen], Names, ViewScript.Parse("02_short.sql", "create view wechat.short as\nselect nonsense from wechat.names;")));

        error.Message.ShouldContain("db/views/02_short.sql failed in line 2 with SQLSTATE 42703");
        (await OidAsync("wechat.short")).ShouldBe(before);
        (await StatusAsync([First, Widen], "1.0.0", Names, Short)).Pending.ShouldBe([Widen]);
    }

    [Fact]
    public async Task Rights_outlast_an_upgrade_that_failed_between_its_transactions()
    {
        Migration broken = Migration.Parse("0003_index.sql", "-- no transaction\ncreate index concurrently people_nonsense on wechat.people (nonsense);");
        Migration index = Migration.Parse("0003_index.sql", "-- no transaction\ncreate index concurrently people_id on wechat.people (id);");
        await MigrateAsync([First], Names);
        await _database.ExecuteAsync("grant select on wechat.names to public");
        await Should.ThrowAsync<MigrationException>(() => MigrateAsync([First, Widen, broken], Names));
        (await StatusAsync([First, Widen, index], "1.0.0", Names)).ViewsAreOutOfDate.ShouldBeTrue();

        await MigrateAsync([First, Widen, index], Names);

        (await _database.ReadAsync<bool>("select has_table_privilege('pg_monitor', 'wechat.names', 'select')")).ShouldBeTrue();
    }

    [Fact]
    public async Task What_somebody_built_on_them_is_named_and_not_touched()
    {
        await MigrateAsync([First], Names, Short);
        await _database.ExecuteAsync("""
            create view public.mine as select * from wechat.short;
            create materialized view public.stored as select * from wechat.names;
            create function public.of_it(wechat.short) returns int language sql as 'select 1';
            """);

        MigrationException error = await Should.ThrowAsync<MigrationException>(() => MigrateAsync([First], Names, ShortAndNew));

        error.Message.ShouldContain("view public.mine stands on wechat.short");
        error.Message.ShouldContain("materialized view public.stored stands on wechat.names");
        error.Message.ShouldContain("function public.of_it(wechat.short) stands on wechat.short");
        error.Remedy.ShouldContain("Nothing was changed");
        (await _database.ReadAsync<long>("select count(*) from public.mine")).ShouldBe(0);
    }

    [Fact]
    public async Task An_older_program_leaves_the_views_of_a_newer_one_alone()
    {
        await Migrator([First], "1.2.0", Names, ShortAndNew).MigrateAsync(default);
        uint before = await OidAsync("wechat.short");

        (await StatusAsync([First], "1.1.9", Names, Short)).IsCurrent.ShouldBeTrue();
        await Migrator([First], "1.1.9", Names, Short).MigrateAsync(default);
        (await OidAsync("wechat.short")).ShouldBe(before);

        await Migrator([First], "1.3.0", Names, Short).MigrateAsync(default);
        (await OidAsync("wechat.short")).ShouldNotBe(before);
    }

    [Fact]
    public async Task Programs_that_start_together_make_them_once()
    {
        await MigrateAsync([First], Names, Short);
        await _database.ExecuteAsync("create table public.made (oid oid); create function note() returns event_trigger language plpgsql as $$ begin insert into public.made select objid from pg_event_trigger_ddl_commands(); end $$; create event trigger noted on ddl_command_end when tag in ('CREATE VIEW') execute function note()");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => MigrateAsync([First, Widen], Names, ShortAndNew))));

        (await _database.ReadAsync<long>("select count(*) from public.made")).ShouldBe(2);
    }

    [Fact]
    public async Task A_script_that_makes_another_view_than_its_name_tells_is_refused()
    {
        MigrationException error = await Should.ThrowAsync<MigrationException>(() =>
            MigrateAsync([First], ViewScript.Parse("01_wrong.sql", "create view wechat.other as select 1 as one;")));

        error.Message.ShouldContain("01_wrong.sql does not make the view wechat.wrong");
    }

    private Task<IReadOnlyList<Migration>> MigrateAsync(Migration[] migrations, params ViewScript[] views) =>
        Migrator(migrations, "1.0.0", views).MigrateAsync(default);

    private Task<MigrationStatus> StatusAsync(Migration[] migrations, string version, params ViewScript[] views) =>
        Migrator(migrations, version, views).GetStatusAsync(default);

    private Migrator Migrator(Migration[] migrations, string version, params ViewScript[] views) => new(
        _database.DataSource, Migrations.InOrder(migrations), new ViewSet(views, version), new MigrationWaits(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30)),
        TimeProvider.System, NullLogger<Migrator>.Instance);

    private Task<uint> OidAsync(string view) => _database.ReadAsync<uint>($"select '{view}'::regclass::oid");
}
