using System.Collections.Immutable;
using System.Text.Json;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.CommandLine;

namespace FollowerSync.IntegrationTests.AccountMigration;

/// <summary><c>migrate-account</c>, by the built executable.</summary>
public sealed class AccountMigrationTests
{
    private const string ChangeOpenId = MigratedAccounts.ChangeOpenId;
    private const string Changes = "wechat.openid_changes";

    [Fact]
    public async Task Everybody_is_mapped_with_a_call_a_hundred_also_from_an_account_the_settings_do_not_name_any_more()
    {
        await using MigratedAccounts scene = await MigratedAccounts.CreateAsync(new EmulatorOptions { Followers = 250 });
        foreach (string key in scene.Installation.Settings.Keys.Where(key => key.StartsWith("WeChat__Accounts__1", StringComparison.Ordinal)).ToArray())
            scene.Installation.Settings.Remove(key);

        (int exitCode, string output, string error) = await scene.MigrateAsync("--json");

        exitCode.ShouldBe(0, output + error);
        JsonElement report = JsonDocument.Parse(output).RootElement;
        report.EnumerateObject().Select(field => field.Name).ShouldBe(["from", "to", "people", "mapped", "unknown", "open", "left", "calls", "error"]);
        (report.GetProperty("people").GetInt64(), report.GetProperty("mapped").GetInt64(), report.GetProperty("left").GetInt64()).ShouldBe((250, 250, 0));
        scene.Installation.WeChat.Requests.Count(ChangeOpenId).ShouldBe(3);
        (await scene.CountAsync($"{Changes} c join wechat.followers f on f.app_id = c.to_app_id and f.openid = c.new_openid where c.why is null")).ShouldBe(250);
        (await scene.CountAsync($"followersync.api_usage where api = '{ChangeOpenId}' and app_id = '{scene.New.AppId}' and calls = 3")).ShouldBe(1);

        (await scene.MigrateAsync()).Output.ShouldContain("0 people to ask about, 0 calls");
        scene.Installation.WeChat.Requests.Count(ChangeOpenId).ShouldBe(3);
    }

    [Fact]
    public async Task Killed_in_the_middle_it_goes_on_where_it_was()
    {
        await using MigratedAccounts scene = await MigratedAccounts.CreateAsync(new EmulatorOptions { Followers = 2_000 });
        scene.Installation.Settings["Sync__BatchesInFlight"] = "1";
        scene.Installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.Hang, Path = ChangeOpenId, Call = 8 });
        await using (FollowerSyncProcess killed = scene.Installation.Start("migrate-account", "--from", "brand1", "--to", "brand0"))
        {
            await scene.Installation.UntilAsync($"select count(*) = 700 from {Changes}", killed);
            await killed.KillAsync();
        }

        long calls = scene.Installation.WeChat.Requests.Count(ChangeOpenId);
        (int exitCode, string output, string error) = await scene.MigrateAsync("--json");

        exitCode.ShouldBe(0, output + error);
        JsonDocument.Parse(output).RootElement.GetProperty("people").GetInt64().ShouldBe(1_300);
        (scene.Installation.WeChat.Requests.Count(ChangeOpenId) - calls).ShouldBe(13);
        (await scene.CountAsync($"{Changes} where new_openid is not null")).ShouldBe(2_000);
    }

    [Fact]
    public async Task A_refused_openid_loses_nobody_and_is_asked_about_again()
    {
        await using MigratedAccounts scene = await MigratedAccounts.CreateAsync(new EmulatorOptions { Followers = 250 });
        string[] people = [.. scene.Old.Followers().Select(f => f.OpenId)];
        scene.Installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 40003, Path = ChangeOpenId, OpenId = people[0] });
        scene.Old.Unfollow(people[1]);

        (int exitCode, string output, string error) = await scene.MigrateAsync("--json");

        exitCode.ShouldBe(3, output + error);
        JsonElement report = JsonDocument.Parse(output).RootElement;
        (report.GetProperty("mapped").GetInt64(), report.GetProperty("unknown").GetInt64(), report.GetProperty("open").GetInt64()).ShouldBe((248, 1, 1));
        (await scene.CountAsync($"{Changes} where old_openid = '{people[0]}' and new_openid is null and why like '40003 invalid openid%'")).ShouldBe(1);
        (await scene.CountAsync($"{Changes} where old_openid = '{people[1]}' and new_openid is null and why like 'ori_openid error%'")).ShouldBe(1);

        scene.Installation.WeChat.Faults.Clear();
        (exitCode, output, error) = await scene.MigrateAsync("--json");

        exitCode.ShouldBe(0, output + error);
        JsonDocument.Parse(output).RootElement.GetProperty("people").GetInt64().ShouldBe(1, "whom WeChat does not know is not asked about again");
        (await scene.CountAsync($"{Changes} where new_openid is not null")).ShouldBe(249);
    }

    [Fact]
    public async Task Who_is_left_out_of_an_answer_is_asked_about_once_more_and_then_the_next_time()
    {
        await using MigratedAccounts scene = await MigratedAccounts.CreateAsync(new EmulatorOptions { Followers = 60 });
        string left = scene.Old.Followers().First().OpenId;
        scene.Installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.MissingEntries, Path = ChangeOpenId, OpenId = left });

        (await scene.MigrateAsync()).ExitCode.ShouldBe(3);
        scene.Installation.WeChat.Requests.Count(ChangeOpenId).ShouldBe(2);
        scene.Installation.WeChat.Faults.Clear();
        (await scene.MigrateAsync()).ExitCode.ShouldBe(0);

        (await scene.CountAsync($"{Changes} where new_openid is not null")).ShouldBe(60);
    }

    [Fact]
    public async Task A_spent_quota_stops_it_with_3_and_is_remembered_for_this_API_alone()
    {
        await using MigratedAccounts scene = await MigratedAccounts.CreateAsync(new EmulatorOptions
        {
            Followers = 500,
            DailyLimits = ImmutableDictionary<string, int>.Empty.Add(ChangeOpenId, 2),
        });

        (int exitCode, string output, string error) = await scene.MigrateAsync();

        exitCode.ShouldBe(3, output + error);
        output.ShouldContain("45009");
        output.ShouldContain("goes on from there");
        (await scene.CountAsync($"{Changes} where new_openid is not null")).ShouldBe(200);
        (await scene.CountAsync($"followersync.api_stops where api = '{ChangeOpenId}'")).ShouldBe(1);
        scene.Installation.WeChat.Requests.Clear();
        (await scene.MigrateAsync()).ExitCode.ShouldBe(3);
        scene.Installation.WeChat.Requests.Count(ChangeOpenId).ShouldBe(0, "it is left alone");
        (await scene.Installation.RunAsync("sync")).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData(63178, "--original-id")]
    [InlineData(48001, "permission")]
    [InlineData(-1, "15 days")]
    public async Task What_WeChat_refuses_altogether_exits_with_1_says_what_to_do_and_stops_no_sync(int errCode, string says)
    {
        await using MigratedAccounts scene = await MigratedAccounts.CreateAsync(new EmulatorOptions { Followers = 60 });
        scene.Installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = errCode, Path = ChangeOpenId });

        (int exitCode, string output, string error) = await scene.MigrateAsync();

        exitCode.ShouldBe(1, output + error);
        (output + error).ShouldContain(says);
        (await scene.CountAsync("followersync.api_stops")).ShouldBe(0);
        (await scene.CountAsync(Changes)).ShouldBe(0);
    }

    [Fact]
    public async Task An_account_of_which_every_openid_is_refused_costs_no_day_of_calls()
    {
        await using MigratedAccounts scene = await MigratedAccounts.CreateAsync(new EmulatorOptions { Followers = 2_000 });
        scene.Installation.Settings["Sync__BatchesInFlight"] = "1";
        scene.Installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 40003, Path = ChangeOpenId });

        (int exitCode, string output, string error) = await scene.MigrateAsync();

        exitCode.ShouldBe(1, output + error);
        output.ShouldContain("refused or left out every one");
        scene.Installation.WeChat.Requests.Count(ChangeOpenId).ShouldBeLessThan(250);
    }

    [Fact]
    public async Task Wrong_orders_exit_with_2()
    {
        await using MigratedAccounts scene = await MigratedAccounts.CreateAsync(new EmulatorOptions { Followers = 20 });
        await ShouldBeWrongAsync("name the same account", "--from", scene.New.AppId, "--to", "brand0");
        await ShouldBeWrongAsync("--from takes the AppID", "--from", "nobody", "--to", "brand0");
        await ShouldBeWrongAsync("There is no account", "--from", scene.Old.AppId, "--to", "wx00000000000000ff");
        await ShouldBeWrongAsync("synced before the migration", "--from", "wx00000000000000ff", "--to", "brand0");
        await ShouldBeWrongAsync("--to", "--from", scene.Old.AppId);
        scene.Installation.WeChat.Requests.Count(ChangeOpenId).ShouldBe(0);

        async Task ShouldBeWrongAsync(string says, params string[] arguments)
        {
            (int exitCode, string output, string error) = await scene.Installation.RunAsync(["migrate-account", .. arguments]);
            exitCode.ShouldBe(2, output + error);
            (output + error).ShouldContain(says);
        }
    }
}
