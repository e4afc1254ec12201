using System.Diagnostics;
using System.Text;
using System.Text.Json;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.IntegrationTests.Support;
using Npgsql;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary><c>grant</c>, <c>export</c> and <c>forget</c>, as a user enters them.</summary>
public sealed class AnalystVerbTests
{
    private static readonly EmulatorOptions Small = new() { Followers = 300 };

    // Written out here, so that a column that drops out of the program's list is missed.
    private static readonly string[] PersonalColumns = ["nickname", "headimgurl", "remark", "sex", "language", "city", "province", "country", "profile_hash"];

    [Fact]
    public async Task An_analyst_reads_all_but_the_personal_columns_and_nothing_of_the_machinery()
    {
        await using Installation installation = await SyncedAsync();
        string user = "analyst_" + Guid.NewGuid().ToString("N")[..12];
        await using NpgsqlDataSource analyst = await GrantAsync(installation, user, "analyst");

        (await ReadAsync(analyst, "select count(*) from (select * from wechat.audience) a")).ShouldBe(300L);
        (await ReadAsync(analyst, "select count(openid) from wechat.followers where unionid is not null")).ShouldBe(300L);
        (await ReadAsync(analyst, "select count(*) from (select * from wechat.freshness) f")).ShouldBe(1L);
        (await ReadAsync(analyst, "show statement_timeout")).ShouldBe("1min");
        foreach (string column in PersonalColumns)
        {
            foreach (string relation in (string[])["followers", "follower_history", "follower_versions"])
            {
                if ((relation, column) is not ("follower_history" or "follower_versions", "profile_hash"))
                    await ShouldBeDeniedAsync(analyst, $"select {column} from wechat.{relation}");
            }
        }

        await ShouldBeDeniedAsync(analyst, "select nickname from wechat.visitors");
        await ShouldBeDeniedAsync(analyst, "select fingerprint from wechat.scans");
        await ShouldBeDeniedAsync(analyst, "select openid from followersync.arrivals");
        (await ReadAsync(analyst, "select count(openid) + count(visits) from wechat.visitors")).ShouldBe(0L);
        (await ReadAsync(analyst, "select count(openid) + count(scanned_at) from wechat.scans")).ShouldBe(0L);
        (await ReadAsync(analyst, "select count(*) from (select * from wechat.openid_successors) s")).ShouldBe(0L);
        await ShouldBeDeniedAsync(analyst, "select * from wechat.followers");
        await ShouldBeDeniedAsync(analyst, "select f from wechat.followers f");
        await ShouldBeDeniedAsync(analyst, "select row_to_json(f) from wechat.followers f");
        await ShouldBeDeniedAsync(analyst, "select access_token from followersync.access_tokens");
        await ShouldBeDeniedAsync(analyst, "select count(*) from followersync.listing_openids");
        await ShouldBeDeniedAsync(analyst, "copy wechat.followers to stdout");
        await ShouldBeDeniedAsync(analyst, "start transaction read write; delete from wechat.followers");
        await ShouldBeDeniedAsync(analyst, "start transaction read write; create table wechat.mine (a int)");
        (await ReadAsync(analyst, "select count(*) from pg_stats where schemaname = 'wechat' and attname = 'nickname'")).ShouldBe(0L);
        (await ReadAsync(analyst, "select count(*) from information_schema.role_table_grants where table_schema = 'followersync'")).ShouldBe(0L);
        await DropAsync(installation, user);
    }

    [Fact]
    public async Task The_other_role_reads_the_personal_columns_too_and_still_nothing_of_the_machinery()
    {
        await using Installation installation = await SyncedAsync();
        string user = "pii_" + Guid.NewGuid().ToString("N")[..12];
        await using NpgsqlDataSource analyst = await GrantAsync(installation, user, "analyst_pii");

        ((long)(await ReadAsync(analyst, "select count(nickname) from wechat.follower_history"))!).ShouldBeGreaterThan(0);
        await ShouldBeDeniedAsync(analyst, "select * from followersync.api_usage");
        await ShouldBeDeniedAsync(analyst, "start transaction read write; update wechat.followers set remark = null");
        (await installation.RunAsync("grant", user)).Output.ShouldContain("keeps its password");
        await DropAsync(installation, user);
    }

    [Fact]
    public async Task Set_up_as_the_README_of_the_database_has_it_grant_says_what_an_administrator_runs_or_is_told_who_that_is()
    {
        await using OwnedDatabase owned = await OwnedDatabase.CreateAsync();
        await using Installation installation = await Installation.CreateAsync(Small);
        installation.Settings["ConnectionStrings__FollowerSync"] = owned.ConnectionString;
        NpgsqlConnectionStringBuilder superuser = new(owned.Tables.ConnectionString);
        string user = OwnedDatabase.NewLogin("anna");

        (int exitCode, string script, string error) = await installation.RunAsync("grant", user);

        exitCode.ShouldBe(1, error);
        error.ShouldContain("Let an administrator of the server run the statements above");
        error.ShouldNotContain("createrole");
        await owned.Tables.ExecuteAsync(script);
        string password = error.Split("postgresql://")[1].Split(':', '@')[1];
        script.ShouldNotContain(password);
        await using NpgsqlDataSource anna = owned.ConnectAs(user, password);
        (await ReadAsync(anna, "select count(*) from (select * from wechat.audience) a")).ShouldBe(0L);
        await ShouldBeDeniedAsync(anna, "select nickname from wechat.followers");

        (await installation.RunAsync("revoke", user, "--sql")).ExitCode.ShouldBe(0);
        (await ReadAsync(anna, "select count(*) from (select * from wechat.audience) a")).ShouldBe(0L);
        await ShouldBeWrongAsync(installation, "everybody on this machine", "revoke", user, "--admin-connection", $"Username={superuser.Username};Password=hunter2");
        await ShouldBeWrongAsync(installation, "cannot be read", "revoke", user, "--admin-connection", user);
        installation.Settings["PGPASSWORD"] = "hunter2";
        (exitCode, string output, error) = await installation.InvokeAsync("revoke", user, "--admin-connection", $"Username={superuser.Username}");
        exitCode.ShouldBe(2, output + error);
        error.ShouldContain("was not let in");
        installation.Settings["PGPASSWORD"] = superuser.Password!;
        (exitCode, output, error) = await installation.InvokeAsync("revoke", user, "--admin-connection", $"Username={superuser.Username}");
        exitCode.ShouldBe(0, output + error);
        await ShouldBeDeniedAsync(anna, "select count(*) from (select * from wechat.audience) a");

        (exitCode, output, error) = await installation.InvokeAsync("grant", user, "--role", "analyst_pii", "--renew-password", "--admin-connection", $"Username={superuser.Username}");
        exitCode.ShouldBe(0, output + error);
        await using NpgsqlDataSource again = owned.ConnectAs(user, output.Split("postgresql://")[1].Split(':', '@')[1]);
        (await ReadAsync(again, "select count(nickname) from wechat.followers")).ShouldBe(0L);
    }

    [Fact]
    public async Task An_unknown_role_view_or_day_exits_with_2_and_says_what_there_is()
    {
        await using Installation installation = await SyncedAsync();
        await ShouldBeWrongAsync(installation, "analyst_pii", "grant", "somebody", "--role", "boss");
        await ShouldBeWrongAsync(installation, "audience", "export", "--view", "nothing");
        await ShouldBeWrongAsync(installation, "followers", "export", "--table", "audience");
        await ShouldBeWrongAsync(installation, "2026-11-22", "export", "--view", "audience", "--since", "yesterday");
        await ShouldBeWrongAsync(installation, "Leave out --since", "export", "--view", "people", "--since", "2026-11-22");
        await ShouldBeWrongAsync(installation, "Take a new full export", "export", "--changes", "--after", "301");
        await ShouldBeWrongAsync(installation, "--last-id", "export", "--changes");
        await ShouldBeWrongAsync(installation, "go with --changes", "export", "--table", "followers", "--after", "3");
        await ShouldBeWrongAsync(installation, "oUnknown", "forget", "oUnknown");
        await ShouldBeWrongAsync(installation, "itself works with", "grant", new NpgsqlConnectionStringBuilder(installation.Database.ConnectionString).Username!);
    }

    [Fact]
    public async Task An_export_has_every_row_once_and_no_formula()
    {
        await using Installation installation = await SyncedAsync();
        EmulatedFollower person = installation.WeChat.Account.Followers().First();
        installation.WeChat.Account.SetProfile(person.OpenId, f => f with { Remark = "=cmd|'/C calc'!A0", Nickname = "微信,\n\"用户\"" });
        await installation.RunAsync("sync");
        string folder = Directory.CreateTempSubdirectory("followersync-export-").FullName;
        string csv = Path.Combine(folder, "followers.csv");

        (int exitCode, _, string error) = await installation.RunAsync("export", "--table", "followers", "--out", csv, "--bom");

        exitCode.ShouldBe(0, error);
        error.ShouldContain("300 rows of wechat.followers");
        byte[] bytes = await File.ReadAllBytesAsync(csv);
        bytes.AsSpan(0, 3).ToArray().ShouldBe(Encoding.UTF8.Preamble.ToArray());
        string text = Encoding.UTF8.GetString(bytes.AsSpan(3));
        text.ShouldStartWith("app_id,openid,subscribe,nickname,");
        text.ShouldContain(",'=cmd|'/C calc'!A0,");
        text.ShouldContain("\"微信,\n\"\"用户\"\"\"");
        Directory.Delete(folder, recursive: true);

        string[] lines = (await installation.InvokeAsync("export", "--table", "followers", "--format", "ndjson")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(300);
        JsonElement[] rows = [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
        rows.Select(row => row.GetProperty("openid").GetString()).Distinct().Count().ShouldBe(300);
        rows.Single(row => row.GetProperty("openid").GetString() == person.OpenId).GetProperty("nickname").GetString().ShouldBe("微信,\n\"用户\"");
        (await installation.RunAsync("export", "--table", "followers", "--since", "2999-01-01")).Error.ShouldContain("0 rows");
    }

    [Fact]
    public async Task Changes_are_exported_after_an_id_and_say_the_next_one()
    {
        await using Installation installation = await SyncedAsync();
        (int exitCode, string output, string error) = await installation.InvokeAsync("export", "--changes", "--last-id");
        (exitCode, output.Trim()).ShouldBe((0, "300"), error);
        installation.WeChat.Account.SetProfile(installation.WeChat.Account.Followers().First().OpenId, f => f with { Remark = "noted" });
        await installation.RunAsync("sync");

        (exitCode, output, error) = await installation.InvokeAsync("export", "--changes", "--after", "300", "--rows", "--format", "ndjson");

        exitCode.ShouldBe(0, error);
        error.ShouldContain("1 rows of wechat.changes");
        error.ShouldContain("Next time: --after 301");
        JsonElement row = JsonDocument.Parse(output).RootElement;
        (row.GetProperty("change_id").GetInt64(), row.GetProperty("kind").GetString(), row.GetProperty("remark").GetString()).ShouldBe((301, "changed", "noted"));
    }

    [Fact]
    public async Task A_parquet_export_of_many_rows_needs_no_more_memory_than_of_few()
    {
        await using Installation installation = await SyncedAsync();
        await installation.Database.ExecuteAsync(
            """
            insert into wechat.changes (change_id, app_id, openid, kind, changed_columns, at)
            select 1000 + i, 'wx00000000000000aa', 'oSomebodyOf' || md5(i::text), 'changed', array['remark', i::text], now() from generate_series(1, 200000) i
            """);
        string file = Path.Combine(Directory.CreateTempSubdirectory("followersync-export-").FullName, "changes.parquet");
        installation.Settings["DOTNET_GCHeapHardLimit"] = "0x4000000";

        (int exitCode, string output, string error) = await installation.InvokeAsync("export", "--table", "changes", "--format", "parquet", "--out", file);

        exitCode.ShouldBe(0, output + error);
        error.ShouldContain("200,300 rows of wechat.changes");
        (await ReadBack.DuckDbAsync($"select count(*), count(distinct openid), sum(change_id), count(changed_columns[2]) from read_parquet('{file}')")).Rows
            .ShouldBe([await installation.Database.ReadAsync<string>("select concat_ws('|', count(*), count(distinct openid), sum(change_id), count(changed_columns[2])) from wechat.changes")]);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task An_export_whose_reader_stops_early_or_whose_disk_is_full_fails_and_says_so()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 2_000 });
        (await installation.RunAsync("sync")).ExitCode.ShouldBe(0);
        (int exitCode, _, string error) = await installation.InvokeAsync("export", "--table", "followers", "--out", "/dev/full");
        (exitCode, error).ShouldSatisfyAllConditions(_ => exitCode.ShouldBe(1), _ => error.ShouldContain("/dev/full could not be written to its end"));
        (exitCode, _, error) = await installation.InvokeAsync("export", "--table", "followers", "--out", "/dev/full", "--format", "parquet");
        (exitCode, error).ShouldSatisfyAllConditions(_ => exitCode.ShouldBe(1), _ => error.ShouldContain("/dev/full could not be written to its end"));
        (exitCode, string output, _) = await installation.InvokeAsync("export", "--table", "accounts", "--out", "/dev/stdout");
        (exitCode, output).ShouldBe((0, "app_id,name,left_at\n" + $"{installation.WeChat.Account.AppId},brand0,\n"));

        using Process process = installation.StartRaw("export", "--table", "followers", "--format", "ndjson");
        (await process.StandardOutput.ReadLineAsync()).ShouldNotBeNull();
        process.StandardOutput.Close();
        string said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        process.ExitCode.ShouldBe(1, said);
        said.ShouldContain("stopped before the end");
        said.ShouldNotContain("rows of wechat");
    }

    [Fact]
    public async Task A_forgotten_person_stands_nowhere_and_starts_anew_when_listed_again()
    {
        await using Installation installation = await SyncedAsync();
        EmulatedFollower[] people = [.. installation.WeChat.Account.Followers().OrderBy(f => f.OpenId, StringComparer.Ordinal)];
        EmulatedFollower person = people[^1];
        installation.WeChat.Account.SetProfile(person.OpenId, f => f with { Remark = "secret remark", Nickname = "secret name" });
        await installation.RunAsync("sync");
        installation.WeChat.Account.SetProfile(person.OpenId, f => f with { Remark = "another remark" });
        await installation.RunAsync("sync");
        string[] values = [person.OpenId, person.UnionId!, "secret remark", "secret name", "another remark"];
        (await EverywhereSearch.FindAsync(installation.Database, values)).ShouldNotBeEmpty();

        (int exitCode, string output, string error) = await installation.RunAsync("forget", person.OpenId);

        exitCode.ShouldBe(0, output + error);
        (await EverywhereSearch.FindAsync(installation.Database, values)).ShouldBeEmpty();
        (await installation.Database.ReadAsync<long>("select count(*) from followersync.deletions where reason = 'forget' and people = 1 and rows > 1")).ShouldBe(1);
        (await installation.RunAsync("sync")).ExitCode.ShouldBe(0);
        (await installation.Database.ReadAsync<long>($"select count(*) from wechat.follower_history where openid = '{person.OpenId}'")).ShouldBe(1);
        (await installation.Database.ReadAsync<long>("select count(*) from wechat.followers")).ShouldBe(300);
    }

    private static async Task<Installation> SyncedAsync()
    {
        Installation installation = await Installation.CreateAsync(Small);
        (await installation.RunAsync("sync")).ExitCode.ShouldBe(0);
        return installation;
    }

    private static async Task<NpgsqlDataSource> GrantAsync(Installation installation, string user, string role)
    {
        (int exitCode, string output, string error) = await installation.RunAsync("grant", user, "--role", role);
        exitCode.ShouldBe(0, output + error);
        string password = output.Split("postgresql://")[1].Split(':', '@')[1];
        NpgsqlConnectionStringBuilder target = new(installation.Database.ConnectionString) { Username = user, Password = password, Pooling = false };
        return NpgsqlDataSource.Create(target.ConnectionString);
    }

    private static Task DropAsync(Installation installation, string user) => installation.Database.ExecuteAsync($"drop owned by {user}; drop role {user}");

    private static async Task ShouldBeWrongAsync(Installation installation, string says, params string[] arguments)
    {
        (int exitCode, string output, string error) = await installation.RunAsync(arguments);
        exitCode.ShouldBe(2, output + error);
        (output + error).ShouldContain(says);
    }

    private static async Task<object?> ReadAsync(NpgsqlDataSource source, string sql)
    {
        await using NpgsqlCommand command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private static async Task ShouldBeDeniedAsync(NpgsqlDataSource source, string sql)
    {
        PostgresException denied = await Should.ThrowAsync<PostgresException>(() => ReadAsync(source, sql));
        denied.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, sql);
    }
}
