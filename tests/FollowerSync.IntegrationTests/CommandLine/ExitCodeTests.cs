using System.Text.Json;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;
using Microsoft.AspNetCore.Http;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary>What the program says to the shell, by the built executable.</summary>
public sealed class ExitCodeTests
{
    private const int Succeeded = 0;
    private const int Failed = 1;
    private const int WrongSettings = 2;
    private const int Partial = 3;

    private static readonly EmulatorOptions Small = new() { Followers = 1_500 };

    [Fact]
    public async Task Check_sync_and_status_succeed_and_write_nothing_but_JSON_to_stdout()
    {
        await using Installation installation = await Installation.CreateAsync(Small);
        await installation.Database.ExecuteAsync("do $$ begin execute format('alter database %I set idle_in_transaction_session_timeout = %L', current_database(), '30s'); end $$");

        JsonElement check = Json(await installation.InvokeAsync("check", "--json"), Succeeded);
        JsonElement sync = Json(await installation.InvokeAsync("sync", "--json"), Succeeded);
        JsonElement status = Json(await installation.InvokeAsync("status", "--json"), Succeeded).GetProperty("accounts")[0];
        Json(await installation.InvokeAsync("nodes", "--json"), Succeeded).GetProperty("nodes").GetArrayLength().ShouldBe(0, "no worker has run");

        check.GetProperty("checks").EnumerateArray().ShouldAllBe(one => one.GetProperty("mark").GetString() == "ok");
        sync.GetProperty("accounts")[0].GetProperty("run").GetProperty("added").GetInt64().ShouldBe(1_500);
        status.GetProperty("followers").GetInt64().ShouldBe(1_500);
        status.GetProperty("last_runs")[0].GetProperty("status").GetString().ShouldBe("succeeded");
        status.GetProperty("token").GetProperty("seconds_left").GetInt64().ShouldBeInRange(7_000, 7_200);
        installation.WeChat.Requests.Count("/cgi-bin/stable_token").ShouldBe(1, "check's token serves the sync");
    }

    [Fact]
    public async Task A_wrong_secret_exits_with_2_and_the_code_and_remedy()
    {
        await using Installation installation = await Installation.CreateAsync(Small);
        installation.Settings["WeChat__Accounts__0__AppSecret"] = "f0000000000000000000000000000002";

        (int exitCode, string output, _) = await installation.InvokeAsync("check");
        exitCode.ShouldBe(WrongSettings);
        output.ShouldContain("failed   brand0, token: WeChat answered 40125");
        output.ShouldContain("Check WeChat:Accounts:AppSecret");

        (exitCode, output, string error) = await installation.InvokeAsync("sync");
        exitCode.ShouldBe(WrongSettings);
        output.ShouldContain("40125");
        (output + error).ShouldNotContain("f0000000000000000000000000000002");
    }

    [Fact]
    public async Task An_address_that_is_not_whitelisted_is_named()
    {
        await using Installation installation = await Installation.CreateAsync(Small);
        installation.WeChat.Faults.Add(new FaultRule
        {
            Fault = FaultKind.ErrCode,
            ErrCode = 40164,
            ErrMsg = "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist",
            Path = "/cgi-bin/stable_token",
        });

        (int exitCode, string output, _) = await installation.InvokeAsync("check");

        exitCode.ShouldBe(Failed);
        output.ShouldContain("WeChat sees this server as 203.0.113.7.");
    }

    [Fact]
    public async Task Books_the_account_may_not_read_fail_no_sync_and_are_named_by_check_and_status()
    {
        const string Books = "/datacube/getusercumulate";
        await using Installation installation = await Installation.CreateAsync(Small);
        installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 48001, Path = Books });

        Marks(Json(await installation.InvokeAsync("check", "--json"), Succeeded))[Books].ShouldBe("warning");
        (await installation.InvokeAsync("sync")).ExitCode.ShouldBe(Succeeded);

        (await installation.Database.ReadAsync<long>("select count(*) from wechat.tags where name <> ''")).ShouldBe(installation.WeChat.Account.Tags.Names.Count);
        string output = (await installation.InvokeAsync("status")).Output;
        output.ShouldContain("not read   datacube: WeChat answered 48001");
    }

    [Fact]
    public async Task A_missing_permission_for_the_limits_is_a_warning_and_for_profiles_a_failure()
    {
        await using Installation installation = await Installation.CreateAsync(Small);
        installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 48001, Path = "/cgi-bin/openapi/quota/get" });
        JsonElement check = Json(await installation.InvokeAsync("check", "--json"), Succeeded);
        Marks(check)["/cgi-bin/openapi/quota/get"].ShouldBe("warning");

        installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 48001, Path = "/cgi-bin/user/info/batchget" });
        check = Json(await installation.InvokeAsync("check", "--json"), Failed);
        Marks(check)["/cgi-bin/user/info"].ShouldBe("ok");
        Marks(check)["/cgi-bin/user/info/batchget"].ShouldBe("failed");
    }

    [Fact]
    public async Task A_daily_limit_of_nothing_is_called_none_told()
    {
        await using Installation installation = await Installation.CreateAsync(Small);
        await using StandInWeChat wechat = await StandInWeChat.StartAsync(followers: 1);
        installation.Settings["WeChat__BaseAddress"] = wechat.Address.ToString();
        wechat.Instead = async (context, _) =>
        {
            bool isQuota = context.Request.Path == "/cgi-bin/openapi/quota/get";
            if (isQuota)
                await context.Response.WriteAsync("""{"errcode":0,"quota":{"daily_limit":0,"used":0,"remain":0}}""");
            return isQuota;
        };

        (int exitCode, string check, _) = await installation.InvokeAsync("check");

        exitCode.ShouldBe(Succeeded, check);
        check.ShouldContain("/cgi-bin/user/get: WeChat tells no daily limit; syncs work without.");
        check.ShouldNotContain("QuotaReservePercent");
    }

    [Fact]
    public async Task An_unreachable_API_exits_with_1_after_the_retries()
    {
        await using Installation installation = await Installation.CreateAsync(Small);
        installation.Settings["WeChat__BaseAddress"] = "http://127.0.0.1:1";

        JsonElement sync = Json(await installation.InvokeAsync("sync", "--json"), Failed);

        JsonElement run = sync.GetProperty("accounts")[0].GetProperty("run");
        run.GetProperty("status").GetString().ShouldBe("failed");
        run.GetProperty("retries").GetInt64().ShouldBe(1);
        (await installation.Database.ReadAsync<long>("select count(*) from wechat.followers")).ShouldBe(0);
    }

    [Fact]
    public async Task An_unreachable_database_exits_with_1_and_says_where_it_looked()
    {
        await using Installation installation = await Installation.CreateAsync(Small);
        installation.Settings["ConnectionStrings__FollowerSync"] = "Host=127.0.0.1;Port=1;Username=u;Password=hunter2hunter2;Database=d";

        foreach (string verb in new[] { "sync", "status", "check" })
        {
            (int exitCode, string output, string error) = await installation.InvokeAsync(verb);
            exitCode.ShouldBe(Failed, verb);
            (output + error).ShouldContain("127.0.0.1:1");
            (output + error).ShouldNotContain("hunter2hunter2");
        }

        installation.Settings["ConnectionStrings__FollowerSync"] += ";Pooling=false;Multiplexing=true";
        JsonElement settings = Json(await installation.RunAsync("check", "--json"), WrongSettings).GetProperty("checks")[0];
        settings.GetProperty("mark").GetString().ShouldBe("failed");
        settings.GetProperty("text").GetString()!.ShouldContain("Pooling must be on to use multiplexing");
    }

    [Fact]
    public async Task A_schema_that_is_behind_is_told_and_brought_up_by_migrate()
    {
        await using Installation installation = await Installation.CreateAsync(Small);
        await installation.Database.ExecuteAsync("drop schema wechat cascade; drop schema followersync cascade");
        installation.Settings["Database__MigrateOnStart"] = "false";

        (int exitCode, string output, _) = await installation.InvokeAsync("check");
        exitCode.ShouldBe(Failed);
        output.ShouldMatch("failed   schema: lacks \\d+ migrations, the first of them 0001_followers.sql");
        output.ShouldContain("followersync migrate");

        (await installation.InvokeAsync("migrate")).ExitCode.ShouldBe(Succeeded);
        (await installation.InvokeAsync("check")).ExitCode.ShouldBe(Succeeded);
    }

    [Theory]
    [InlineData("synch")]
    [InlineData("sync", "--acount", "brand")]
    [InlineData("approve", "first")]
    public async Task Wrong_usage_exits_with_2(params string[] arguments)
    {
        await using FollowerSyncProcess process = FollowerSyncProcess.Start(new Dictionary<string, string>(StringComparer.Ordinal), arguments);

        (await process.WaitAsync()).ShouldBe(WrongSettings);
        process.Output.ShouldBeEmpty();
        process.Error.ShouldContain("To see what there is: \"followersync");
    }

    [Fact]
    public async Task A_held_run_exits_with_3_until_it_is_approved()
    {
        await using Installation installation = await Installation.CreateAsync(Small);
        (await installation.InvokeAsync("sync")).ExitCode.ShouldBe(Succeeded);
        foreach (EmulatedFollower leaver in installation.WeChat.Account.Followers().Take(120).ToArray())
            installation.WeChat.Account.Unfollow(leaver.OpenId);

        (await installation.InvokeAsync("sync")).ExitCode.ShouldBe(Partial);
        string heldRun = await installation.Database.ReadAsync<string>("select max(run_id)::text from wechat.sync_runs where status = 'held'");
        (await installation.InvokeAsync("status")).Output.ShouldContain($"followersync approve {heldRun}");

        JsonElement approved = Json(await installation.InvokeAsync("approve", heldRun, "--json"), Succeeded);
        approved.GetProperty("unsubscribed").GetInt32().ShouldBe(120);
        (int exitCode, _, string error) = await installation.InvokeAsync("approve", heldRun);
        exitCode.ShouldBe(WrongSettings);
        error.ShouldContain("not held");
    }

    [Fact]
    public async Task What_is_held_is_shown_and_rejected_by_the_same_verb()
    {
        await using Installation installation = await Installation.CreateAsync(Small);
        await installation.InvokeAsync("sync");
        foreach (EmulatedFollower leaver in installation.WeChat.Account.Followers().Take(120).ToArray())
            installation.WeChat.Account.Unfollow(leaver.OpenId);
        (await installation.InvokeAsync("sync")).ExitCode.ShouldBe(Partial);
        string heldRun = await installation.Database.ReadAsync<string>("select max(run_id)::text from wechat.sync_runs where status = 'held'");

        Json(await installation.InvokeAsync("approve", heldRun, "--show", "--json"), Succeeded).GetProperty("leaving").GetInt32().ShouldBe(120);
        (await installation.InvokeAsync("approve", heldRun, "--show")).Output.ShouldContain("wechat.held_changes");
        (await installation.InvokeAsync("approve", heldRun, "--show", "--reject")).ExitCode.ShouldBe(WrongSettings);
        Json(await installation.InvokeAsync("approve", heldRun, "--reject", "--json"), Succeeded).GetProperty("leaving_kept").GetInt32().ShouldBe(120);
        (await installation.InvokeAsync("approve", heldRun, "--show")).ExitCode.ShouldBe(WrongSettings);
        (await installation.InvokeAsync("approve", heldRun, "--reject")).ExitCode.ShouldBe(WrongSettings);
    }

    [Fact]
    public async Task One_accounts_wrong_secret_does_not_stop_the_other()
    {
        EmulatedAccountOptions[] accounts =
        [
            new() { AppId = "wx00000000000000a1", AppSecret = "a0000000000000000000000000000001" },
            new() { AppId = "wx00000000000000a2", AppSecret = "a0000000000000000000000000000002" },
        ];
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 500, Accounts = [.. accounts] });
        installation.Settings["WeChat__Accounts__0__AppSecret"] = "f0000000000000000000000000000002";

        JsonElement sync = Json(await installation.InvokeAsync("sync", "--json"), WrongSettings);

        sync.GetProperty("accounts")[0].GetProperty("exit_code").GetInt32().ShouldBe(WrongSettings);
        sync.GetProperty("accounts")[1].GetProperty("run").GetProperty("status").GetString().ShouldBe("succeeded");
        (await installation.Database.ReadAsync<long>("select count(*) from wechat.followers where app_id = 'wx00000000000000a2'")).ShouldBe(500);
    }

    private static JsonElement Json((int ExitCode, string Output, string Error) run, int exitCode)
    {
        run.ExitCode.ShouldBe(exitCode, run.Output + run.Error);
        using JsonDocument document = JsonDocument.Parse(run.Output);
        return document.RootElement.Clone();
    }

    private static Dictionary<string, string?> Marks(JsonElement check) => check.GetProperty("checks").EnumerateArray()
        .GroupBy(one => one.GetProperty("name").GetString()!, StringComparer.Ordinal)
        .ToDictionary(name => name.Key, name => name.First().GetProperty("mark").GetString(), StringComparer.Ordinal);
}
