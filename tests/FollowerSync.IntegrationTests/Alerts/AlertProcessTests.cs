using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Alerts;

/// <summary>The built program tells people, by the settings it is given.</summary>
public sealed class AlertProcessTests
{
    private static readonly string[] Secrets = [StandInRobots.WeComKey, StandInRobots.DingTalkToken, StandInRobots.Secret, StandInRobots.Ping];

    [Fact]
    public async Task A_wrong_secret_is_told_at_once_and_only_once_through_kills_and_its_end_too()
    {
        await using StandInRobots robots = await StandInRobots.StartAsync();
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 200 });
        SetUp(installation, robots);
        string right = installation.Settings["WeChat__Accounts__0__AppSecret"];
        installation.Settings["WeChat__Accounts__0__AppSecret"] = "0123456789abcdef0123456789abcdef";

        string output = "";
        await using (FollowerSyncProcess worker = installation.Start("run"))
        {
            await installation.UntilAsync("select count(*) = 2 from followersync.alert_messages where sent_at is not null", worker);
            await Installation.UntilAsync(() => Task.FromResult(robots.TakenBy("Heartbeat").Count() == 2), "the heartbeat of the failed run", worker);
            await worker.KillAsync();
            output += worker.Output + worker.Error;
        }

        robots.TakenBy("WeCom").ShouldHaveSingleItem().ShouldContain("AppSecret 错误");
        installation.Settings["WeChat__Accounts__0__AppSecret"] = right;
        (await installation.RunAsync("sync")).ExitCode.ShouldBe(0);
        await using (FollowerSyncProcess worker = installation.Start("run"))
        {
            await installation.UntilAsync("select count(*) = 4 from followersync.alert_messages where sent_at is not null", worker);
            await worker.StopAsync();
            output += worker.Output + worker.Error;
        }

        foreach (string robot in new[] { "WeCom", "DingTalk" })
            robots.TakenBy(robot).Select(text => text.Split('\n')[0]).ShouldBe(["[FollowerSync] 【严重】 同步失败 · brand0", "[FollowerSync] 【已恢复】 同步失败 · brand0"], robot);
        string[][] beats = [.. robots.TakenBy("Heartbeat").Select(beat => beat.Split(' ', 3))];
        beats.Select(beat => beat[0]).ShouldBe(["/start", "/fail", "/start", ""]);
        beats.Select(beat => beat[1]).Distinct().Count().ShouldBe(2, "one id a run");
        foreach (string secret in Secrets)
            output.ShouldNotContain(secret);
        (await EverywhereSearch.FindAsync(installation.Database, Secrets)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_heartbeat_that_hangs_holds_up_no_run_and_no_end()
    {
        await using StandInRobots robots = await StandInRobots.StartAsync();
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 200 });
        SetUp(installation, robots);
        robots.Instead = async (context, _) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };

        (int exitCode, string output, string error) = await installation.InvokeAsync("sync");

        exitCode.ShouldBe(0, error);
        robots.Asked.ShouldBe(1);
        (output + error).ShouldNotContain(StandInRobots.Ping);
        (await installation.Database.ReadAsync<bool>("select finished_at - started_at < interval '8 seconds' from wechat.sync_runs")).ShouldBeTrue("the run did not wait for a heartbeat of ten seconds");
    }

    [Fact]
    public async Task A_test_shows_what_each_channel_answers_and_what_it_means()
    {
        await using StandInRobots robots = await StandInRobots.StartAsync();
        Dictionary<string, string> settings = new(StringComparer.Ordinal);
        SetUp(settings, robots);
        settings["Alerts__Language"] = "en";

        (int exitCode, string output, string error) = await VerbRun.InvokeAsync(settings, "alert", "test");
        exitCode.ShouldBe(0, error);
        output.ShouldContain("ok       WeCom (WeCom): 0 (ok)");
        robots.TakenBy("DingTalk").ShouldHaveSingleItem().ShouldContain("A test. This channel works; nothing is wrong.");

        settings["Alerts__Channels__1__Secret"] = "another";
        (exitCode, output, _) = await VerbRun.InvokeAsync(settings, "alert", "test", "--channel", "dingtalk");
        exitCode.ShouldBe(2);
        output.ShouldContain("failed   DingTalk (DingTalk): 310000: its security settings refuse the message: the Secret is wrong");
        output.ShouldContain("it said: 310000 sign not match");

        (exitCode, output, _) = await VerbRun.InvokeAsync(settings, "alert", "test", "--channel", "dingtalk", "--json");
        output.ShouldContain("\"delivered\": false");
        exitCode.ShouldBe(2);
        (exitCode, _, error) = await VerbRun.InvokeAsync(settings, "alert", "test", "--channel", "nobody");
        exitCode.ShouldBe(2);
        error.ShouldContain("There is no channel \"nobody\". There are: WeCom, DingTalk.");
    }

    private static void SetUp(Installation installation, StandInRobots robots)
    {
        SetUp(installation.Settings, robots);
        installation.Settings["WeChat__Accounts__0__HeartbeatUrl"] = $"{robots.Address}/ping/{StandInRobots.Ping}";
    }

    private static void SetUp(Dictionary<string, string> settings, StandInRobots robots)
    {
        settings["Alerts__Delay"] = "00:00:00";
        settings["Alerts__Channels__0__Kind"] = "WeCom";
        settings["Alerts__Channels__0__Url"] = $"{robots.Address}/cgi-bin/webhook/send?key={StandInRobots.WeComKey}";
        settings["Alerts__Channels__1__Kind"] = "DingTalk";
        settings["Alerts__Channels__1__Url"] = $"{robots.Address}/robot/send?access_token={StandInRobots.DingTalkToken}";
        settings["Alerts__Channels__1__Secret"] = StandInRobots.Secret;
    }
}
