using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using FollowerSync.Accounts;
using FollowerSync.Alerts.Channels;
using FollowerSync.Logging;
using FollowerSync.Telemetry;
using Microsoft.AspNetCore.Http;

namespace FollowerSync.IntegrationTests.Alerts;

/// <summary>What robots and webhooks answer, and what becomes of the message then.</summary>
public sealed class AlertDeliveryTests
{
    [Fact]
    public async Task Each_robot_takes_the_signature_and_the_bytes_of_a_long_message()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom, ChannelKind.DingTalk, ChannelKind.Feishu);
        scene.Options.Channels[0].Mentions = ["@all", "13800000000"];
        scene.Options.Channels[1].Mentions = ["13800000000", "ou_someone"];
        scene.Options.Channels[2].Mentions = ["@all"];
        scene.WeChat.Accounts[0] = new AccountOptions { Name = string.Concat(Enumerable.Repeat("公众号<&'\"+😀", 900)), AppId = AlertScene.AppId };
        await scene.RunEndsAsync("failed", "broken");

        await scene.NewWorker().WorkAsync();

        scene.Robots.Taken.Select(taken => taken.Robot).Order().ShouldBe(["DingTalk", "Feishu", "WeCom"]);
        scene.Robots.Taken.ShouldAllBe(taken => !taken.Text.Contains('\uFFFD', StringComparison.Ordinal));
        scene.Robots.TakenBy("DingTalk").Single().ShouldEndWith("\n@13800000000 @ou_someone");
        scene.Robots.TakenBy("Feishu").Single().ShouldEndWith("\n<at user_id=\"all\"></at>");
        (await scene.Tables.ReadAsync<long>("select count(*) from followersync.alert_messages where sent_at is not null and error is null")).ShouldBe(3);
    }

    [Theory]
    [InlineData("WeCom", """{"errcode":93000,"errmsg":"invalid webhook url"}""", 200, "given up", 0)]
    [InlineData("WeCom", "busy", 503, "waits", 20)]
    [InlineData("DingTalk", """{"status":1111,"punish":"action=deny;mode=json"}""", 200, "waits", 590)]
    public async Task What_a_channel_answers_decides_what_becomes_of_the_message(string robot, string answer, int status, string comesTo, int rests)
    {
        await using AlertScene scene = await AlertScene.CreateAsync(Enum.Parse<ChannelKind>(robot));
        await scene.RunEndsAsync("failed", "broken");
        scene.Robots.Instead = async (context, _) =>
        {
            context.Response.StatusCode = status;
            if (status != 204)
                await context.Response.WriteAsync(answer);
            return true;
        };
        AlertWorker worker = scene.NewWorker();

        await worker.WorkAsync();
        await worker.WorkAsync();

        scene.Robots.Asked.ShouldBe(1, "what rests or refuses is not asked again at once");
        (await scene.Tables.ReadAsync<string>("select case when sent_at is not null then 'sent' when failed_at is not null then 'given up' else 'waits' end from followersync.alert_messages")).ShouldBe(comesTo);
        (await scene.Tables.ReadAsync<double>("select coalesce(extract(epoch from max(blocked_until) - now()), 0)::float8 from followersync.alert_channels")).ShouldBeGreaterThanOrEqualTo(rests);

        scene.Robots.Instead = (_, _) => Task.FromResult(false);
        await scene.AgeAsync("15 minutes");
        await scene.NewWorker().WorkAsync();
        scene.Robots.Taken.Count.ShouldBe(comesTo == "waits" ? 1 : 0);
    }

    [Fact]
    public async Task What_a_channel_was_too_busy_for_all_day_counts_against_it_and_what_no_worker_sent_does_not()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom);
        AlertWorker worker = scene.NewWorker();
        scene.Robots.Instead = async (context, _) =>
        {
            await context.Response.WriteAsync("""{"errcode":45009,"errmsg":"api freq out of limit"}""");
            return true;
        };
        await scene.RunEndsAsync("failed", "broken");
        await worker.WorkAsync();
        (await FailuresAsync()).ShouldBe(0);

        await scene.Tables.ExecuteAsync("update followersync.alert_messages set created_at = created_at - interval '25 hours'");
        await worker.SendAsync();

        (await FailuresAsync()).ShouldBe(1);
        await scene.RunEndsAsync("failed", "broken", AlertScene.OtherAppId);
        await worker.LookAsync();
        await scene.Tables.ExecuteAsync("update followersync.alert_messages set created_at = created_at - interval '25 hours' where failed_at is null");
        await worker.SendAsync();
        (await FailuresAsync()).ShouldBe(1);

        Task<long> FailuresAsync() => scene.Tables.ReadAsync<long>("select failures::bigint from followersync.alert_channels where (failing_since is null) = (failures = 0)");
    }

    [Fact]
    public async Task A_robot_that_takes_five_messages_a_second_gets_no_more()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.Feishu);
        for (int number = 0; number < 4; number++)
            scene.WeChat.Accounts.Add(new AccountOptions { Name = $"brand{number}", AppId = FormattableString.Invariant($"wx{number:x16}") });
        foreach (AccountOptions account in scene.WeChat.Accounts)
            await scene.RunEndsAsync("failed", "broken", account.AppId);

        await scene.NewWorker().WorkAsync();

        (scene.Robots.Asked, scene.Robots.Taken.Count).ShouldBe((6, 6));
    }

    [Theory]
    [InlineData(true, true, "Passing")]
    [InlineData(true, false, "Refused")]
    [InlineData(false, false, "Refused")]
    public async Task Only_a_certificate_that_is_not_trusted_or_no_encryption_at_all_loses_a_message(bool encrypts, bool breaks, string outcome)
    {
        // It is enough to be encrypted with.
        await using StandInMail server = new() { IsTlsFromTheFirstByte = encrypts, BreaksAtEncryption = breaks };
        using AlertHttp http = new(new SecretMask()) { Time = TimeProvider.System };

        (_, Delivery? failure) = await http.PostAsync(new Uri(FormattableString.Invariant($"https://127.0.0.1:{server.Port}")), [], "", default);

        (failure!.Outcome.ToString(), failure.IsUncertain).ShouldBe((outcome, false), failure.Answer);
    }

    [Fact]
    public async Task Three_messages_that_do_not_arrive_make_a_channel_broken_until_one_does()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom);
        await scene.RunEndsAsync("failed", "broken");
        scene.Robots.Instead = (context, _) =>
        {
            context.Response.StatusCode = 502;
            return Task.FromResult(true);
        };
        AlertWorker worker = scene.NewWorker();
        for (int times = 0; times < 3; times++)
        {
            await worker.WorkAsync();
            await scene.AgeAsync("20 minutes");
        }

        await worker.LookAsync();
        (await scene.Tables.ReadAsync<string>("select subject || ' ' || status from followersync.alerts where alert = 'ChannelBroken'")).ShouldBe("WeCom firing");

        scene.Robots.Instead = (_, _) => Task.FromResult(false);
        await worker.WorkAsync();
        await worker.WorkAsync();
        (await scene.Tables.ReadAsync<string>("select status from followersync.alerts where alert = 'ChannelBroken'")).ShouldBe("resolved");
        scene.TitlesOf("WeCom").ShouldBe(["[FollowerSync] 【严重】 同步失败 · 品牌"]);
    }

    [Fact]
    public async Task A_storm_becomes_one_message_and_robots_are_never_asked_too_often()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom);
        for (int number = 0; number < 60; number++)
            scene.WeChat.Accounts.Add(new AccountOptions { Name = $"brand{number}", AppId = FormattableString.Invariant($"wx{number:x16}") });
        AlertWorker worker = scene.NewWorker();
        foreach (AccountOptions account in scene.WeChat.Accounts.Take(40))
            await scene.RunEndsAsync("failed", "broken", account.AppId);
        await worker.WorkAsync();
        scene.TitlesOf("WeCom").ShouldBe(["[FollowerSync] 共 40 条告警"]);
        scene.Robots.TakenBy("WeCom").Single().ShouldContain("另有 20 条");

        foreach (AccountOptions account in scene.WeChat.Accounts.Skip(40))
            await scene.RunEndsAsync("failed", "broken", account.AppId);
        await worker.WorkAsync();
        scene.Robots.Taken.Count.ShouldBe(1, "after a summary a minute passes");

        await scene.AgeAsync("61 seconds");
        await worker.WorkAsync();
        scene.TitlesOf("WeCom").Skip(1).ShouldBe(["[FollowerSync] 共 22 条告警"]);
    }

    [Fact]
    public async Task Of_an_alert_whose_beginning_has_yet_to_be_told_the_end_waits()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom);
        AlertWorker worker = scene.NewWorker();
        await scene.RunEndsAsync("failed", "broken");
        await worker.LookAsync();
        // By chance, the beginning waits for longer than the end.
        await scene.Tables.ExecuteAsync("update followersync.alert_messages set due_at = now() + interval '1 minute'");
        await scene.RunEndsAsync("succeeded");
        await worker.WorkAsync();
        scene.Robots.Taken.ShouldBeEmpty();

        await scene.AgeAsync("1 minute");
        await worker.SendAsync();

        scene.TitlesOf("WeCom").ShouldBe(["[FollowerSync] 【严重】 同步失败 · 品牌", "[FollowerSync] 【已恢复】 同步失败 · 品牌"]);
    }

    [Fact]
    public async Task A_message_that_may_have_arrived_is_sent_once_more_and_says_so()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom);
        await scene.RunEndsAsync("failed", "broken");
        await scene.NewWorker().LookAsync();
        // As a worker leaves it that is killed while it waits for the answer.
        await scene.Tables.ExecuteAsync("update followersync.alert_messages set claimed_until = now() + interval '3 minutes', attempts = 1");
        await scene.NewWorker().WorkAsync();
        scene.Robots.Taken.ShouldBeEmpty("another worker has it in hand");

        await scene.AgeAsync("4 minutes");
        await scene.NewWorker().WorkAsync();

        scene.Robots.TakenBy("WeCom").ShouldHaveSingleItem().ShouldContain("可能重复");
    }

    [Fact]
    public async Task What_was_sent_while_the_database_went_away_is_noted_when_it_is_back_and_not_sent_again()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom);
        await scene.RunEndsAsync("failed", "broken");
        scene.Robots.Instead = async (_, _) =>
        {
            await scene.Tables.ExecuteAsync("alter table followersync.alert_messages rename to away");
            return false;
        };
        AlertWorker worker = scene.NewWorker();

        await Should.ThrowAsync<Exception>(worker.WorkAsync);
        await scene.Tables.ExecuteAsync("alter table followersync.away rename to alert_messages");
        await scene.AgeAsync("4 minutes");
        await worker.WorkAsync();

        scene.Robots.Taken.Count.ShouldBe(1);
        (await scene.Tables.ReadAsync<bool>("select sent_at is not null from followersync.alert_messages")).ShouldBeTrue();
    }

    [Fact]
    public async Task What_a_channel_refused_is_sent_when_its_settings_were_mended()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom);
        string right = scene.Options.Channels[0].Url;
        scene.Options.Channels[0].Url = right.Replace("693a", "0000", StringComparison.Ordinal);
        await scene.RunEndsAsync("failed", "broken");
        await scene.NewWorker().WorkAsync();
        (await scene.Tables.ReadAsync<string>("select error from followersync.alert_messages")).ShouldStartWith("93000: the key of the robot is wrong");
        scene.Options.Channels[0].Url = right;

        await scene.NewWorker().WorkAsync();

        scene.TitlesOf("WeCom").ShouldBe(["[FollowerSync] 【严重】 同步失败 · 品牌"]);
    }

    [Fact]
    public async Task A_webhook_gets_what_Alertmanager_sends_in_version_4()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.Webhook);
        scene.Options.Language = "en";
        AlertWorker worker = scene.NewWorker();
        await scene.RunEndsAsync("failed", "WeChat answered 48001 to /cgi-bin/user/get: API not authorised (\"api unauthorized\").");
        await worker.WorkAsync();
        await scene.RunEndsAsync("succeeded");
        await worker.WorkAsync();

        JsonNode[] told = [.. scene.Robots.TakenBy("Webhook").Select(text => JsonNode.Parse(text)!)];
        told.Length.ShouldBe(2);
        foreach (string field in new[] { "version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels", "commonLabels", "commonAnnotations", "externalURL", "alerts" })
            told.ShouldAllBe(body => body[field] != null);
        told[0]["alerts"]![0]!["endsAt"]!.GetValue<string>().ShouldBe("0001-01-01T00:00:00Z");
        told[0]["alerts"]![0]!["annotations"]!["cause"]!.GetValue<string>().ShouldBe("WeChat answered 48001: API not authorised.");
        told.Select(body => body["status"]!.GetValue<string>()).ShouldBe(["firing", "resolved"]);
        told.Select(body => body["commonLabels"]!["alertname"]!.GetValue<string>()).ShouldBe(["FollowerSyncRunFailed", "FollowerSyncRunFailed"]);
        told[1]["alerts"]![0]!["fingerprint"]!.GetValue<string>().ShouldBe(told[0]["alerts"]![0]!["fingerprint"]!.GetValue<string>());
    }

    [Fact]
    public async Task Alertmanager_hears_of_an_outage_that_is_over_as_of_one_that_goes_on()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.Alertmanager);
        AlertWorker worker = scene.NewWorker();

        await worker.LookAsync(away: TimeSpan.FromMinutes(5));
        await worker.SendAsync();

        JsonNode told = JsonNode.Parse(scene.Robots.TakenBy("Alertmanager").Single())![0]!;
        told["labels"]!["alertname"]!.GetValue<string>().ShouldBe("FollowerSyncDatabaseAway");
        told["endsAt"]!.GetValue<DateTimeOffset>().ShouldBeGreaterThan(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(5), "what has ended it tells nobody of");
    }

    [Fact]
    public async Task Alertmanager_that_refuses_is_left_alone_for_a_while_and_told_then()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.Alertmanager);
        scene.Options.Channels[0].Name = "refusing";
        List<object?> counted = [];
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, heard) =>
            {
                if (instrument == Instruments.Notifications)
                    heard.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            if (tags[0].Value is "refusing")
                counted.Add(tags[1].Value);
        });
        listener.Start();
        AlertWorker worker = scene.NewWorker();
        await scene.RunEndsAsync("failed", "broken");
        scene.Robots.Instead = (context, _) =>
        {
            context.Response.StatusCode = 401;
            return Task.FromResult(true);
        };
        await worker.WorkAsync();
        await worker.SendAsync();
        scene.Robots.Asked.ShouldBe(1);

        scene.Robots.Instead = (_, _) => Task.FromResult(false);
        await scene.AgeAsync("1 minute");
        await worker.SendAsync();

        scene.Robots.TakenBy("Alertmanager").Count().ShouldBe(1);
        counted.ShouldBe(["refused", "delivered"]);
    }

    [Fact]
    public async Task Alertmanager_hears_what_is_so_and_of_the_end()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.Alertmanager);
        AlertWorker worker = scene.NewWorker();
        await worker.WorkAsync();
        scene.Robots.Asked.ShouldBe(0);
        await scene.RunEndsAsync("failed", "broken");
        await worker.WorkAsync();
        await worker.WorkAsync();
        scene.Robots.Asked.ShouldBe(1, "within a minute nothing changed");
        await scene.RunEndsAsync("succeeded");
        await worker.WorkAsync();

        JsonNode[] told = [.. scene.Robots.TakenBy("Alertmanager").Select(text => JsonNode.Parse(text)![0]!)];
        told.Length.ShouldBe(2);
        told[0]["endsAt"].ShouldBeNull();
        told[0]["labels"]!["app_id"]!.GetValue<string>().ShouldBe(AlertScene.AppId);
        told[1]["endsAt"].ShouldNotBeNull();
        told[1]["startsAt"]!.GetValue<string>().ShouldBe(told[0]["startsAt"]!.GetValue<string>());
    }
}
