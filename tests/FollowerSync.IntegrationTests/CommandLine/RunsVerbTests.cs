using System.Text.Json;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary><c>runs</c> and <c>run RUN_ID</c>: what happened last night, without a log.</summary>
public sealed class RunsVerbTests
{
    [Fact]
    public async Task Tell_without_a_log_what_happened_last_night()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 600 });
        (await installation.RunAsync("runs")).Output.ShouldBe("There was no run yet.\n");
        await installation.RunAsync("sync");
        foreach (EmulatedFollower follower in installation.WeChat.Account.Followers().Take(60).ToArray())
            installation.WeChat.Account.Unfollow(follower.OpenId);
        await installation.RunAsync("sync");
        installation.WeChat.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 48001, Path = "/cgi-bin/user/get" });
        await installation.RunAsync("sync");

        (int exitCode, string output, string error) = await installation.RunAsync("runs");
        exitCode.ShouldBe(0, error);
        output.ShouldMatch(@"^  run 3        failed, brand0, 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d \+08:00 by manual, took .*(.|\n)*48001(.|\n)*  run 2        held, (.|\n)*  run 1        succeeded, brand0, .*: 600 listed, 600 added, ");

        output = (await installation.RunAsync("run", "2")).Output;
        output.ShouldMatch(@"  listing +\d(.|\n)*  confirming +\d(.|\n)*  refreshing +\d(.|\n)*  closing +\d");
        output.ShouldMatch(@"holds 60 people (.|\n)*by the way they came(.|\n)*by the month they followed(.|\n)*by tag(.|\n)*followersync approve 2");
        output = (await installation.RunAsync("run", "3")).Output;
        output.ShouldMatch(@"  WeChat +answered 48001 to /cgi-bin/user/get: API not authorised; rid [0-9a-f-]+");
        output.ShouldContain("  remedy       The account lacks this API's permission");
        using JsonDocument whole = JsonDocument.Parse((await installation.RunAsync("run", "2", "--json")).Output);
        whole.RootElement.GetProperty("held").GetProperty("leaving").GetInt64().ShouldBe(60);
        whole.RootElement.GetProperty("phases").GetArrayLength().ShouldBe(4);
        using JsonDocument runs = JsonDocument.Parse((await installation.RunAsync("runs", "--account", "BRAND0", "--json")).Output);
        runs.RootElement.GetProperty("runs")[0].GetProperty("answer").GetProperty("errcode").GetInt32().ShouldBe(48001);

        await installation.Database.ExecuteAsync("update wechat.sync_runs set started_at = started_at - interval '3 days', finished_at = finished_at - interval '3 days'");
        (await installation.RunAsync("runs")).Output.ShouldMatch(@"^No run since .* \+08:00. The last one before:\n  run 3 ");
        (await installation.RunAsync("runs", "--since", "4d")).Output.ShouldContain("  run 1 ");
    }

    [Fact]
    public async Task A_failed_run_of_arrivals_is_shown_however_many_succeeded_after_it()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("insert into wechat.accounts (app_id, name) values ('wx00000000000000a1', 'brand')");
        async Task InsertAsync(string status, int hoursAgo, int runs) => await database.ExecuteAsync(
            $"insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at) select 'wx00000000000000a1', 'event', '{status}', moment, moment from generate_series(1, {runs}), (select now() - interval '{hoursAgo} hours') as began (moment)");
        Dictionary<string, string> settings = new(StringComparer.Ordinal) { ["ConnectionStrings__FollowerSync"] = database.ConnectionString };
        await InsertAsync("failed", hoursAgo: 7, runs: 1);
        await InsertAsync("succeeded", hoursAgo: 1, runs: 1_001);
        await database.ExecuteAsync("insert into wechat.sync_runs (app_id, trigger, status, started_at) values ('wx00000000000000a1', 'event', 'running', now() - interval '6 hours')");

        (await VerbRun.InvokeAsync(settings, "runs")).Output.ShouldMatch(@"^  run 1003     abandoned, brand, (.|\n)*  run 1        failed, brand, (.|\n)* 1 runs failed: (.|\n)* 1,001 runs succeeded: .*\n$");
        using JsonDocument one = JsonDocument.Parse((await VerbRun.InvokeAsync(settings, "runs", "--json")).Output);
        one.RootElement.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("run").GetProperty("run_id").GetInt64()).ShouldBe([1_003, 1]);
        one.RootElement.GetProperty("more").GetBoolean().ShouldBeFalse();

        await InsertAsync("failed", hoursAgo: 8, runs: 1_000);
        using JsonDocument many = JsonDocument.Parse((await VerbRun.InvokeAsync(settings, "runs", "--json")).Output);
        many.RootElement.GetProperty("runs").GetArrayLength().ShouldBe(1_000);
        many.RootElement.GetProperty("more").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("There is no run 99. There was no run yet.", "run", "99")]
    [InlineData("RUN_ID must be a whole number, not \"4x\".", "run", "4x")]
    [InlineData("RUN_ID must be a whole number, not empty.", "run", "")]
    [InlineData("--json is about a run that was", "run", "--json")]
    [InlineData("run has no use for \"2\": it takes RUN_ID only.", "run", "1", "2")]
    [InlineData("There is no account \"nobody\". None was ever synced.", "runs", "--account", "nobody")]
    [InlineData("--since takes how long ago", "runs", "--since", "last week")]
    [InlineData("--since is in the future", "runs", "--since", "2199-01-01")]
    [InlineData("runs has no use for \"42\".", "runs", "42")]
    public async Task A_wrong_number_or_word_exits_with_2_says_what_there_is_and_starts_no_worker(string says, params string[] arguments)
    {
        await using TestDatabase database = await TestDatabase.CreateAsync();

        (int exitCode, string output, string error) = await VerbRun.InvokeAsync(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["ConnectionStrings__FollowerSync"] = database.ConnectionString, ["StatusPage__Url"] = "http://127.0.0.1:0" }, arguments);

        exitCode.ShouldBe(2, output);
        error.ShouldStartWith($"followersync: {says}");
        (await database.ReadAsync<long>("select count(*) from followersync.nodes")).ShouldBe(0);
    }
}
