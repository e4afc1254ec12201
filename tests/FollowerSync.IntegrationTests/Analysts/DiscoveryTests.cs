using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.Analysts;

/// <summary>What programs find that ask the catalogue what there is, as they ask it, by a login of an analyst.</summary>
public sealed class DiscoveryTests(DiscoveryTests.Scene scene) : IClassFixture<DiscoveryTests.Scene>
{
    // Written out here, so that a column that drops out of the program's list is missed.
    private const string Personal = "('nickname', 'headimgurl', 'remark', 'sex', 'language', 'city', 'province', 'country', 'profile_hash', 'fingerprint')";

    private const string OnePerson =
        """
        insert into wechat.accounts (app_id, name) values ('wx0', 'one');
        insert into wechat.followers (app_id, openid, subscribe, nickname, remark, subscribe_scene, groupid, first_seen_at, changed_at)
        values ('wx0', 'o1', true, 'somebody', 'a remark', 'ADD_SCENE_WXA', 2, now(), now());
        insert into wechat.visitors (app_id, openid, nickname, first_seen_at, last_seen_at, visits, changed_at) values ('wx0', 'o1', 'somebody', now(), now(), 1, now());
        """;

    // Every relation with a personal column, and the view that has the rest of it.
    private static readonly Dictionary<string, string> Plain = new(StringComparer.Ordinal)
    {
        ["followers"] = "followers_plain",
        ["follower_versions"] = "history_plain",
        ["follower_history"] = "history_plain",
        ["visitors"] = "visitors_plain",
        ["scans"] = "scans_plain",
    };

    private readonly OwnedDatabase _owned = scene.Owned;
    private readonly NpgsqlDataSource _analyst = scene.Analyst;

    [Theory]
    [InlineData("ODBC, tables that may be read", "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'v', 'm', 'f', 'p') and n.nspname = 'wechat' and has_table_privilege(c.oid, 'select')")]
    [InlineData("Metabase", "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^(pg_|information_schema)' and c.relkind in ('r', 'p', 'v', 'f', 'm') and has_schema_privilege(n.oid, 'usage') and has_table_privilege(current_user, c.oid, 'select')")]
    [InlineData("Airbyte", "with recursive mine as (select oid, rolname from pg_roles where rolname = current_user union select r.oid, r.rolname from mine join pg_auth_members m on m.member = mine.oid join pg_roles r on r.oid = m.roleid) select distinct table_name from information_schema.table_privileges where table_schema = 'wechat' and privilege_type = 'SELECT' and grantee in (select rolname from mine) and table_name not like '%\\_seq'")]
    [InlineData("information_schema, privileges of the role", "select distinct table_name from information_schema.role_table_grants where table_schema = 'wechat' and privilege_type = 'SELECT' and table_name not like '%\\_seq'")]
    public async Task Programs_that_list_what_may_be_read_find_every_relation_without_personal_columns_and_read_all_of_each(string program, string sql)
    {
        IReadOnlyList<string> found = await ListAsync(sql);

        found.ShouldBe((await AllAsync()).Except(Plain.Keys), ignoreOrder: true, program);
        foreach (string relation in found)
            await ReadAllOfAsync(relation);
    }

    [Theory]
    [InlineData("psql, \\d", "select c.relname from pg_class c left join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f', '') and n.nspname <> 'pg_catalog' and n.nspname !~ '^pg_toast' and n.nspname <> 'information_schema' and pg_table_is_visible(c.oid)")]
    [InlineData("SQLAlchemy, tables and views of the default schema", "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = any (array['r', 'p', 'v', 'm']) and c.relpersistence <> 't' and pg_table_is_visible(c.oid) and n.nspname not in ('pg_catalog', 'information_schema')")]
    [InlineData("ODBC and JDBC, all tables", "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'v', 'm', 'f', 'p') and n.nspname = 'wechat'")]
    [InlineData("information_schema, tables", "select table_name from information_schema.tables where table_schema = 'wechat'")]
    public async Task Programs_that_list_everything_find_what_may_be_read_and_beside_it_only_what_has_a_plain_view(string program, string sql)
    {
        IReadOnlyList<string> found = await ListAsync(sql);

        (await AllAsync()).Except(found).ShouldBeEmpty(program);
        foreach (string relation in found)
        {
            bool isWhole = (bool)(await ReadAsync($"select has_table_privilege('wechat.{relation}', 'select')"))!;
            isWhole.ShouldBe(!Plain.ContainsKey(relation), relation);
            await ReadAllOfAsync(isWhole ? relation : Plain[relation]);
        }
    }

    [Theory]
    [InlineData("SQLAlchemy")]
    [InlineData("ODBC")]
    [InlineData("psql")]
    public async Task The_programs_themselves_find_every_relation_and_read_whatever_has_no_personal_column(string program)
    {
        (int exitCode, string output, string error) = await AskAsync(program);

        exitCode.ShouldBe(0, error);
        Dictionary<string, bool> found = JsonSerializer.Deserialize<Dictionary<string, bool>>(output)!;
        found.Keys.ShouldBe(await AllAsync(), ignoreOrder: true, program);
        found.Where(one => !one.Value).Select(one => one.Key).ShouldBe(Plain.Keys, ignoreOrder: true, program);
    }

    [Fact]
    public async Task A_plain_view_has_every_column_but_the_personal_ones_and_every_row()
    {
        foreach ((string relation, string plain) in Plain)
        {
            (await _owned.Tables.ReadAsync<string>($"select coalesce(string_agg(attname, ' '), '') from ({Columns(relation)} except {Columns(plain)}) c where attname not in {Personal}")).ShouldBeEmpty(relation);
            (await _owned.Tables.ReadAsync<bool>(
                $"select (select count(*) from wechat.{plain}) = (select count(*) from wechat.{(plain == "history_plain" ? "follower_history" : relation)})")).ShouldBeTrue(plain);
        }
    }

    [Fact]
    public async Task Columns_that_are_listed_may_be_read_and_no_personal_one_is_among_them()
    {
        IReadOnlyList<string> relations = await ListAsync(
            "select format('select %s from wechat.%I limit 1', string_agg(quote_ident(column_name), ', '), table_name) from information_schema.columns where table_schema = 'wechat' group by table_name");
        relations.Count.ShouldBe((await AllAsync()).Count);
        foreach (string statement in relations)
            await ReadAsync(statement);

        (await ListAsync($"select table_name || '.' || column_name from information_schema.columns where table_schema = 'wechat' and column_name in {Personal}")).ShouldBeEmpty();
        IReadOnlyList<string> personal = await ListAsync(
            $"select format('select %I from wechat.%I', a.attname, c.relname) from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relnamespace = 'wechat'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and a.attname in {Personal}");
        personal.Count.ShouldBeGreaterThan(20);
        foreach (string statement in personal)
            (await Should.ThrowAsync<PostgresException>(() => ReadAsync(statement))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, statement);
    }

    [Fact]
    public async Task Sessions_begin_in_the_schema_and_zone_of_the_account_with_room_to_sort()
    {
        (await ReadAsync("select concat_ws(' ', current_setting('search_path'), current_setting('TimeZone'), current_setting('work_mem'))")).ShouldBe("wechat Asia/Shanghai 64MB");
        (await ReadAsync("select count(*) from followers_plain")).ShouldBe(1L);
    }

    [Theory]
    [InlineData("alter role {0} in database {1} set TimeZone = 'Europe/Berlin'")]
    [InlineData("alter role {0} set TimeZone = 'Europe/Berlin'")]
    [InlineData("alter database {1} set TimeZone = 'Europe/Berlin'")]
    public async Task A_zone_that_somebody_set_stays(string statement)
    {
        string login = OwnedDatabase.NewLogin("anna");
        await _owned.Tables.ExecuteAsync($"create role {login} login password '{login}'");
        await _owned.Tables.ExecuteAsync(string.Format(CultureInfo.InvariantCulture, statement, login, _owned.Name));

        await _owned.GrantAsync(withPersonalColumns: false, login);
        await _owned.Tables.ExecuteAsync($"alter database {_owned.Name} reset TimeZone");

        (await _owned.Tables.ReadAsync<long>($"select count(*) from pg_db_role_setting s, unnest(s.setconfig) c where s.setrole = '{login}'::regrole and c = 'TimeZone=Asia/Shanghai'")).ShouldBe(0);
        (await _owned.Tables.ReadAsync<long>($"select count(*) from pg_db_role_setting s, unnest(s.setconfig) c where s.setrole = '{login}'::regrole and c = 'work_mem=64MB'")).ShouldBe(1);
    }

    private async Task<(int ExitCode, string Output, string Error)> AskAsync(string program)
    {
        NpgsqlConnectionStringBuilder server = new(_owned.ConnectionString);
        ProcessStartInfo start = new("/usr/bin/python3", [Repository.PathOf("tests/FollowerSync.IntegrationTests/Analysts/Programs/relations.py"), program])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PGHOST"] = server.Host;
        start.Environment["PGPORT"] = server.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["PGDATABASE"] = _owned.Name;
        (start.Environment["PGUSER"], start.Environment["PGPASSWORD"]) = scene.Login;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }

    private static string Columns(string relation) => $"select attname from pg_attribute where attrelid = 'wechat.{relation}'::regclass and attnum > 0 and not attisdropped";

    private async Task<IReadOnlyList<string>> AllAsync()
    {
        List<string> all = [];
        await using NpgsqlCommand command = _owned.DataSource.CreateCommand("select relname from pg_class where relnamespace = 'wechat'::regnamespace and relkind in ('r', 'p', 'v', 'm')");
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            all.Add(rows.GetString(0));
        return all;
    }

    private async Task ReadAllOfAsync(string relation) => await ReadAsync($"select * from wechat.{relation} limit 1");

    private async Task<object?> ReadAsync(string sql)
    {
        await using NpgsqlCommand command = _analyst.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private async Task<IReadOnlyList<string>> ListAsync(string sql)
    {
        List<string> found = [];
        await using NpgsqlCommand command = _analyst.CreateCommand(sql);
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            found.Add(rows.GetString(0));
        return found;
    }

    /// <summary>A database with one person, and an analyst's login.</summary>
    public sealed class Scene : IAsyncLifetime
    {
        internal OwnedDatabase Owned { get; private set; } = null!;

        internal (string Name, string Password) Login { get; private set; }

        internal NpgsqlDataSource Analyst { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Owned = await OwnedDatabase.CreateAsync();
            await Owned.Tables.ExecuteAsync(OnePerson);
            Login = await Owned.GrantAsync(withPersonalColumns: false);
            Analyst = Owned.ConnectAs(Login.Name, Login.Password);
        }

        public async Task DisposeAsync()
        {
            await Analyst.DisposeAsync();
            await Owned.DisposeAsync();
        }
    }
}
