using FollowerSync.Analysts;
using FollowerSync.CommandLine;
using FollowerSync.Database;
using FollowerSync.IntegrationTests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Analysts;

/// <summary>Logins of analysts in a database as db/README sets one up, where the worker's login may not create roles.</summary>
public sealed class AnalystRolesTests
{
    private const string ReadNickname = "select count(nickname) from wechat.followers";
    private const string ReadOpenId = "select count(openid) from wechat.followers";

    [Fact]
    public async Task Without_the_right_it_changes_nothing_and_writes_what_an_administrator_has_to_run()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        string login = OwnedDatabase.NewLogin("anna");

        LoginChange change = await new AnalystRoles(owned.Database, administrator: null).GrantAsync(login, withPersonalColumns: null, renewsPassword: false, asScript: false, default);

        change.Refusal.ShouldNotBeNull();
        change.Script.ShouldNotBeNull().ShouldNotContain(change.Password!);
        (await ExistsAsync(owned, login)).ShouldBeFalse();
        await owned.Tables.ExecuteAsync(change.Script);
        await ShouldReadAsync(owned, login, change.Password!, ReadOpenId);
        await ShouldBeDeniedAsync(owned, login, change.Password!, ReadNickname);
    }

    [Fact]
    public async Task After_an_upgrade_it_gives_the_rights_to_what_is_new_without_an_administrator()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        (string login, string password) = await owned.GrantAsync(withPersonalColumns: false);
        await ExecuteAsync(owned.DataSource, "create table wechat.novelty (day date, nickname text)");
        await ShouldBeDeniedAsync(owned, login, password, "select count(day) from wechat.novelty");

        LoginChange change = await new AnalystRoles(owned.Database, administrator: null).GrantAsync(login, withPersonalColumns: null, renewsPassword: false, asScript: false, default);

        (change.Script, change.Password, change.IsNew).ShouldBe((null, null, false));
        await ShouldReadAsync(owned, login, password, "select count(day) from wechat.novelty");
        await ShouldBeDeniedAsync(owned, login, password, "select count(nickname) from wechat.novelty");
    }

    [Fact]
    public async Task Giving_the_one_role_takes_the_other_and_naming_none_keeps_it()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        (string login, string password) = await owned.GrantAsync(withPersonalColumns: true);
        await ShouldReadAsync(owned, login, password, ReadNickname);
        AnalystRoles roles = new(owned.Database, owned.ByAdministrator);

        (await roles.GrantAsync(login, withPersonalColumns: null, renewsPassword: false, asScript: false, default)).Role.ShouldBe(owned.Roles.AnalystPii);
        await ShouldReadAsync(owned, login, password, ReadNickname);

        (await roles.GrantAsync(login, withPersonalColumns: false, renewsPassword: false, asScript: false, default)).Role.ShouldBe(owned.Roles.Analyst);
        await ShouldBeDeniedAsync(owned, login, password, ReadNickname);
        await ShouldReadAsync(owned, login, password, ReadOpenId);
    }

    [Fact]
    public async Task A_role_that_somebody_else_gave_is_taken_too()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        (string login, string password) = await owned.GrantAsync(withPersonalColumns: false);
        string other = OwnedDatabase.NewLogin("other");
        await owned.Tables.ExecuteAsync($"create role {other} superuser login password '{other}'");
        await using NpgsqlDataSource somebody = owned.ConnectAs(other, other);
        await ExecuteAsync(somebody, $"grant {owned.Roles.AnalystPii} to {login} with admin option");
        await ShouldReadAsync(owned, login, password, ReadNickname);

        await owned.GrantAsync(withPersonalColumns: false, login);

        (await owned.Tables.ReadAsync<bool>($"select pg_has_role('{login}', '{owned.Roles.AnalystPii}', 'member')")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_login_of_one_database_reads_nothing_of_another_one()
    {
        await using OwnedDatabase test = await OwnedDatabase.CreateAsync();
        await using OwnedDatabase production = await OwnedDatabase.CreateAsync();
        await production.GrantAsync(withPersonalColumns: true);

        (string login, string password) = await test.GrantAsync(withPersonalColumns: true);

        await using NpgsqlDataSource elsewhere = test.ConnectAs(login, password, production.Name);
        await ShouldBeDeniedAsync(elsewhere, ReadOpenId);
    }

    [Fact]
    public async Task A_connection_string_that_names_no_database_means_the_one_of_the_logins_name_everywhere()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        await owned.Tables.ExecuteAsync($"alter role {owned.Worker} rename to {owned.Name}");
        string connection = new NpgsqlConnectionStringBuilder(owned.ConnectionString) { Username = owned.Name, Database = null }.ConnectionString;
        await using NpgsqlDataSource source = FollowerDataSource.Build(connection, new DatabaseOptions());
        FollowerDatabase database = new(source, new DatabaseOptions(), TimeProvider.System, NullLogger<FollowerDatabase>.Instance);
        NpgsqlConnectionStringBuilder target = new(source.ConnectionString);

        LoginChange change = await new AnalystRoles(database, owned.ByAdministrator).GrantAsync(OwnedDatabase.NewLogin("anna"), withPersonalColumns: false, renewsPassword: false, asScript: false, default);

        change.Role.ShouldBe(owned.Roles.Analyst);
        new AnalystTarget(target, []).AddressFor("anna").ShouldContain($"/{owned.Name}?");
        await using NpgsqlDataSource administrator = AdministratorConnection.Open("Username=postgres", target);
        new NpgsqlConnectionStringBuilder(administrator.ConnectionString).Database.ShouldBe(owned.Name);
        Should.Throw<UsageException>(() => AdministratorConnection.Open("Username=postgres;Multiplexing=true", target)).Message.ShouldStartWith("--admin-connection must not contradict itself: ");
    }

    [Fact]
    public async Task The_roles_a_copied_database_brings_along_lose_their_rights_in_it()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        string stranger = new AnalystRoleNames(OwnedDatabase.NewLogin("original")).AnalystPii;
        await owned.Tables.ExecuteAsync($"create role {stranger}; grant usage on schema wechat to {stranger}; grant select on wechat.followers to {stranger}");

        await owned.GrantAsync(withPersonalColumns: false);

        (await owned.Tables.ReadAsync<bool>($"select has_schema_privilege('{stranger}', 'wechat', 'usage') or has_table_privilege('{stranger}', 'wechat.followers', 'select')")).ShouldBeFalse();
        await owned.Tables.ExecuteAsync($"drop role {stranger}");
    }

    [Fact]
    public async Task A_login_that_was_there_keeps_what_it_has_elsewhere()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        string login = OwnedDatabase.NewLogin("metabase");
        await owned.Tables.ExecuteAsync($"create role {login} login password '{login}' connection limit 40; alter role {login} set statement_timeout = '10min'");

        LoginChange change = await new AnalystRoles(owned.Database, owned.ByAdministrator).GrantAsync(login, withPersonalColumns: false, renewsPassword: false, asScript: false, default);

        change.Password.ShouldBeNull();
        (await owned.Tables.ReadAsync<int>($"select rolconnlimit from pg_roles where rolname = '{login}'")).ShouldBe(40);
        await using NpgsqlDataSource elsewhere = owned.ConnectAs(login, login, "postgres");
        (await ReadAsync(elsewhere, "select concat_ws(' ', current_setting('default_transaction_read_only'), current_setting('statement_timeout'))")).ShouldBe("off 10min");
        await using NpgsqlDataSource here = owned.ConnectAs(login, login);
        (await ReadAsync(here, "select concat_ws(' ', current_setting('default_transaction_read_only'), current_setting('statement_timeout'))")).ShouldBe("on 1min");
    }

    [Theory]
    [InlineData("superuser", "superuser")]
    [InlineData("createrole", "create roles")]
    [InlineData("createdb", "create roles or databases")]
    [InlineData("replication", "replicate")]
    [InlineData("bypassrls", "row security")]
    [InlineData("nologin", "group")]
    [InlineData("in role pg_execute_server_program", "pg_execute_server_program")]
    [InlineData("in role pg_read_server_files", "pg_read_server_files")]
    [InlineData("in role pg_write_server_files", "pg_write_server_files")]
    [InlineData("in role pg_read_all_data", "pg_read_all_data")]
    [InlineData("in role pg_signal_backend", "pg_signal_backend")]
    public async Task A_login_that_may_more_than_read_is_refused_with_the_reason(string attribute, string reason)
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        string login = OwnedDatabase.NewLogin("mighty");
        string group = OwnedDatabase.NewLogin("group");
        await owned.Tables.ExecuteAsync($"create role {login} {(attribute == "nologin" ? "" : "login")} {attribute}");
        await ShouldBeRefusedAsync(owned, login, reason);

        if (attribute == "nologin")
            return;
        await owned.Tables.ExecuteAsync($"create role {group} noinherit in role {login}; create role {login}_2 login noinherit in role {group}");
        await ShouldBeRefusedAsync(owned, login + "_2", "may act as");
    }

    [Fact]
    public async Task Groups_owners_writers_and_names_of_roles_are_refused()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        (string login, _) = await owned.GrantAsync(withPersonalColumns: false);
        string leader = OwnedDatabase.NewLogin("leader");
        string writer = OwnedDatabase.NewLogin("writer");
        string deputy = OwnedDatabase.NewLogin("deputy");
        await owned.Tables.ExecuteAsync(
            $"""
            create role {leader} login; grant {leader} to {login};
            create role {writer} login; grant insert on wechat.accounts to {writer};
            create role {deputy} login in role {owned.Worker};
            """);

        await ShouldBeRefusedAsync(owned, leader, "group");
        await ShouldBeRefusedAsync(owned, writer, "may write");
        await ShouldBeRefusedAsync(owned, deputy, "owns the database");
        await ShouldBeRefusedAsync(owned, owned.Worker, "itself works with");
        await ShouldBeRefusedAsync(owned, owned.Roles.Analyst, "role of FollowerSync");
        await ShouldBeRefusedAsync(owned, new AnalystRoleNames("another").AnalystPii, "role of FollowerSync");
        await ShouldBeRefusedAsync(owned, "pg_monitor", "keeps for itself");
        await ShouldBeRefusedAsync(owned, "public", "keeps for itself");
        await ShouldBeRefusedAsync(owned, new string('x', 64), "63 bytes");
    }

    [Fact]
    public async Task A_login_that_would_still_read_personal_columns_by_another_right_is_refused_and_nothing_is_left_of_it()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        await owned.GrantAsync(withPersonalColumns: false);
        string login = OwnedDatabase.NewLogin("sly");
        string group = OwnedDatabase.NewLogin("team");
        await owned.Tables.ExecuteAsync($"create role {group} in role {owned.Roles.AnalystPii}; create role {login} login in role {group}");
        await ShouldBeRefusedAsync(owned, login, group);

        await owned.Tables.ExecuteAsync($"drop role {group}; grant select (nickname) on wechat.followers to public");
        await ShouldBeRefusedAsync(owned, login, "would still read personal columns");
        (await owned.Tables.ReadAsync<bool>($"select pg_has_role('{login}', '{owned.Roles.Analyst}', 'member')")).ShouldBeFalse();
    }

    [Fact]
    public async Task Revoking_takes_everything_that_granting_gave_and_keeps_the_login()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        await owned.Tables.ExecuteAsync($"revoke connect on database {owned.Name} from public");
        (string login, string password) = await owned.GrantAsync(withPersonalColumns: true);
        await ShouldReadAsync(owned, login, password, ReadNickname);
        AnalystRoles roles = new(owned.Database, owned.ByAdministrator);

        (await roles.RevokeAsync(login, asScript: false, default)).Script.ShouldBeNull();

        (await owned.Tables.ReadAsync<long>($"select count(*) from pg_shdepend where refobjid = '{login}'::regrole")).ShouldBe(0);
        (await owned.Tables.ReadAsync<long>($"select count(*) from pg_auth_members where member = '{login}'::regrole")).ShouldBe(0);
        (await owned.Tables.ReadAsync<long>($"select count(*) from pg_db_role_setting where setrole = '{login}'::regrole")).ShouldBe(0);
        (await Should.ThrowAsync<GrantException>(() => roles.RevokeAsync(login, asScript: false, default))).Message.ShouldContain("nothing to take away");
        await owned.Tables.ExecuteAsync($"grant connect on database {owned.Name} to {login}");
        (await Should.ThrowAsync<GrantException>(() => roles.RevokeAsync(login, asScript: false, default))).Message.ShouldContain("nothing to take away");
        (await owned.Tables.ReadAsync<bool>($"select has_database_privilege('{login}', '{owned.Name}', 'connect')")).ShouldBeTrue("a service's login is nobody's of ours");
        await owned.Tables.ExecuteAsync($"drop owned by {login}; drop role {login}");
    }

    [Fact]
    public async Task A_renewed_password_replaces_the_old_one()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        (string login, string old) = await owned.GrantAsync(withPersonalColumns: true);

        LoginChange change = await new AnalystRoles(owned.Database, owned.ByAdministrator).GrantAsync(login, withPersonalColumns: null, renewsPassword: true, asScript: false, default);

        await ShouldReadAsync(owned, login, change.Password!, ReadNickname);
        await using NpgsqlDataSource before = owned.ConnectAs(login, old);
        (await Should.ThrowAsync<PostgresException>(() => ReadAsync(before, "select 1"))).SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
    }

    [Fact]
    public async Task A_worker_that_may_create_roles_needs_no_administrator()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        await owned.Tables.ExecuteAsync($"alter role {owned.Worker} createrole");
        string login = OwnedDatabase.NewLogin("anna");
        AnalystRoles roles = new(owned.Database, administrator: null);

        LoginChange change = await roles.GrantAsync(login, withPersonalColumns: true, renewsPassword: false, asScript: false, default);
        change.Script.ShouldBeNull(change.Refusal);
        await ShouldReadAsync(owned, login, change.Password!, ReadNickname);

        change = await roles.GrantAsync(login, withPersonalColumns: false, renewsPassword: true, asScript: false, default);
        change.Script.ShouldBeNull(change.Refusal);
        await ShouldBeDeniedAsync(owned, login, change.Password!, ReadNickname);
        await ShouldReadAsync(owned, login, change.Password!, ReadOpenId);

        (await roles.RevokeAsync(login, asScript: false, default)).Script.ShouldBeNull();
        await ShouldBeDeniedAsync(owned, login, change.Password!, ReadOpenId);
    }

    [Fact]
    public async Task The_password_stands_in_no_log_of_the_server()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        await owned.Tables.ExecuteAsync($"alter database {owned.Name} set log_statement = 'all'");

        (string login, string password) = await owned.GrantAsync(withPersonalColumns: false);
        (_, string renewed) = await owned.GrantAsync(withPersonalColumns: false, login);

        string log = await owned.Tables.ReadAsync<string>("select pg_read_file(current_setting('data_directory') || '/../server.log')");
        log.ShouldContain($"create role {login} login connection limit 5 password 'SCRAM-SHA-256$");
        log.ShouldContain($"alter role {login} password 'SCRAM-SHA-256$");
        log.ShouldNotContain(password);
        log.ShouldNotContain(renewed);
        await ShouldReadAsync(owned, login, renewed, ReadOpenId);
    }

    private static async Task<bool> ExistsAsync(OwnedDatabase owned, string login) => await owned.Tables.ReadAsync<bool>($"select exists (select from pg_roles where rolname = '{login}')");

    private static async Task ShouldBeRefusedAsync(OwnedDatabase owned, string login, string reason)
    {
        AnalystRoles roles = new(owned.Database, owned.ByAdministrator);
        (await Should.ThrowAsync<GrantException>(() => roles.GrantAsync(login, withPersonalColumns: false, renewsPassword: false, asScript: false, default))).Message.ShouldContain(reason);
    }

    private static async Task ShouldReadAsync(OwnedDatabase owned, string login, string password, string sql)
    {
        await using NpgsqlDataSource source = owned.ConnectAs(login, password);
        await ReadAsync(source, sql);
    }

    private static async Task ShouldBeDeniedAsync(OwnedDatabase owned, string login, string password, string sql)
    {
        await using NpgsqlDataSource source = owned.ConnectAs(login, password);
        await ShouldBeDeniedAsync(source, sql);
    }

    private static async Task ShouldBeDeniedAsync(NpgsqlDataSource source, string sql) =>
        (await Should.ThrowAsync<PostgresException>(() => ReadAsync(source, sql))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, sql);

    private static async Task<object?> ReadAsync(NpgsqlDataSource source, string sql)
    {
        await using NpgsqlCommand command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using NpgsqlCommand command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
