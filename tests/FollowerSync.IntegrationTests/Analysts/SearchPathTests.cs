using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.Analysts;

/// <summary>Whatever stands on the search path of the worker's login, the worker runs none of it.</summary>
public sealed class SearchPathTests
{
    // Better than anything an analyst can do: these come before PostgreSQL's own, so that every statement without a pinned path falls for them.
    private const string Traps =
        """
        create schema trap;
        create function trap.now() returns timestamptz language plpgsql as $f$begin raise exception 'a trap has sprung'; end$f$;
        create function trap.current_setting(text) returns text language plpgsql as $f$begin raise exception 'a trap has sprung'; end$f$;
        do $do$
        declare
            t text;
            o text;
        begin
            foreach t in array array['text', 'int4', 'int8', 'timestamptz', 'int4[]', 'date'] loop
                execute pg_catalog.format('create function trap.spring(%1$s, %1$s) returns boolean language plpgsql as $f$begin raise exception ''a trap has sprung''; end$f$', t);
                foreach o in array array['=', '<>', '<', '>', '<=', '>='] loop
                    execute pg_catalog.format('create operator trap.%1$s (leftarg = %2$s, rightarg = %2$s, function = trap.spring)', o, t);
                end loop;
            end loop;
        end $do$;
        grant usage on schema trap to public;
        """;

    [Fact]
    public async Task Every_verb_finds_its_operators_in_PostgreSQLs_own_schema()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync(migrated: false);
        await owned.Tables.ExecuteAsync(Traps);
        await owned.Tables.ExecuteAsync($"alter database {owned.Name} set search_path = trap, pg_catalog");
        await ShouldSpringAsync(owned);
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 120 });
        installation.Settings["ConnectionStrings__FollowerSync"] = owned.ConnectionString;
        installation.Settings["PGPASSWORD"] = new NpgsqlConnectionStringBuilder(owned.Tables.ConnectionString).Password!;
        string administrator = $"Username={new NpgsqlConnectionStringBuilder(owned.Tables.ConnectionString).Username}";
        string login = OwnedDatabase.NewLogin("analyst");
        string openId = installation.WeChat.Account.Followers().First().OpenId;

        await ShouldSucceedAsync(installation, "migrate");
        await ShouldSucceedAsync(installation, "check");
        await ShouldSucceedAsync(installation, "sync");
        installation.WeChat.Account.SetProfile(openId, person => person with { TagIdList = [2, 100] });
        await ShouldSucceedAsync(installation, "sync");
        await ShouldSucceedAsync(installation, "plan");
        await ShouldSucceedAsync(installation, "status");
        await ShouldSucceedAsync(installation, "grant", login, "--admin-connection", administrator);
        await ShouldSucceedAsync(installation, "grant", login, "--sql");
        await ShouldSucceedAsync(installation, "revoke", login, "--admin-connection", administrator);
        await ShouldSucceedAsync(installation, "export", "--table", "followers", "--since", "2026-01-01");
        await ShouldSucceedAsync(installation, "forget", openId);
    }

    [Fact]
    public async Task An_operator_of_an_analyst_in_a_writable_public_does_not_run_in_a_sync_and_check_warns()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        await owned.Tables.ExecuteAsync("grant create on schema public to public; create table public.sprung (who text); grant insert on public.sprung to public");
        (string login, string password) = await owned.GrantAsync(withPersonalColumns: false);
        await using NpgsqlDataSource analyst = owned.ConnectAs(login, password);
        await using NpgsqlCommand trap = analyst.CreateCommand(
            """
            start transaction read write;
            create function public.spring(int[], int[]) returns boolean language plpgsql as $f$begin insert into public.sprung values (current_user); return false; end$f$;
            create operator public.= (leftarg = int[], rightarg = int[], function = public.spring);
            commit;
            """);
        await trap.ExecuteNonQueryAsync();
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 120 });
        installation.Settings["ConnectionStrings__FollowerSync"] = owned.ConnectionString;

        await ShouldSucceedAsync(installation, "sync");
        installation.WeChat.Account.SetProfile(installation.WeChat.Account.Followers().First().OpenId, person => person with { TagIdList = [2, 100] });
        await ShouldSucceedAsync(installation, "sync");

        (await owned.Tables.ReadAsync<long>("select count(*) from public.sprung")).ShouldBe(0);
        (await owned.Tables.ReadAsync<long>("select count(*) from wechat.followers where tagid_list operator(pg_catalog.=) array[2, 100]")).ShouldBe(1);
        (await installation.RunAsync("check")).Output.ShouldContain("revoke create on schema public from public;");
    }

    private static async Task ShouldSpringAsync(OwnedDatabase owned)
    {
        await using NpgsqlCommand command = owned.DataSource.CreateCommand("select 'a'::text = 'b'::text");
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteScalarAsync())).MessageText.ShouldBe("a trap has sprung");
    }

    private static async Task ShouldSucceedAsync(Installation installation, params string[] arguments)
    {
        (int exitCode, string output, string error) = await installation.InvokeAsync(arguments);
        (output + error).ShouldNotContain("a trap has sprung");
        exitCode.ShouldBe(0, output + error);
    }
}
