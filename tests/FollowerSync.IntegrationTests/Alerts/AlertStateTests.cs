using FollowerSync.Alerts.Channels;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Logging;
using FollowerSync.Runs;
using Npgsql;

namespace FollowerSync.IntegrationTests.Alerts;

/// <summary>Each kind of alert is told once when it begins, again when it lasts, and once when it is over, whoever looks and however often.</summary>
public sealed class AlertStateTests
{
    private const string AppId = AlertScene.AppId;

    private const string Succeed =
        $"insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, listed, complete_as_of) values ('{AppId}', 'schedule', 'succeeded', now(), now(), 1000, now())";

    private const string Books = "drop view wechat.daily_totals cascade; create table wechat.daily_totals (app_id text, day date, seen_until timestamptz, difference bigint, cumulate_user bigint);";

    /// <summary>What makes each kind of alert begin, what its text says, and what ends it.</summary>
    public static TheoryData<string, string, string, string> Kinds() => new()
    {
        { "RunFailed", Failed("failed", "WeChat answered 40125 to /cgi-bin/stable_token: invalid AppSecret (\"invalid appsecret rid: 0a1b2c3d-11112222-33334444\"). Check it."), "微信返回 40125：AppSecret 错误。rid：0a1b2c3d-11112222-33334444。", Succeed },
        { "RunFailed", Stop("*", "WeChat answered 40164 to /cgi-bin/stable_token: IP address not on the whitelist (\"invalid ip 203.0.113.7\"). Add it. WeChat sees this server as 203.0.113.7."), "微信看到的本机 IP 是 203.0.113.7", $"delete from followersync.api_stops; {Succeed}" },
        { "Stale", Succeed.Replace("now()", "now() - interval '3 days'", StringComparison.Ordinal), "最近一次成功的同步结束于", Succeed },
        { "Held", Failed("held", "much"), "followersync approve 1 --show", "update wechat.sync_runs set status = 'partial'" },
        { "Partial", Failed("partial", "No usable answer from WeChat to /cgi-bin/user/get: HTML.") + ";" + Failed("partial", "The database broke."), "数据库出错", Succeed },
        { "Rejected", Succeed + ";insert into followersync.rejected_openids (app_id, openid, errcode, errmsg, first_rejected_at, last_rejected_at, next_attempt_at, attempts) select '" + AppId + "', 'oRefused' || i, 40003, 'invalid openid', now(), now(), now(), 1 from generate_series(1, 101) i", "列表中的 1,000 个 openid 里，有 101 个被微信拒绝", "delete from followersync.rejected_openids" },
        { "QuotaLow", Stop("/cgi-bin/user/get", "WeChat answered 45009 to /cgi-bin/user/get: daily limit reached (\"reach max api daily quota limit\")."), "微信返回 45009：当日调用次数达到上限", "delete from followersync.api_stops" },
        { "TokenConflict", $"insert into followersync.token_replacements (app_id, replaced_at, errcode) select '{AppId}', now(), 40001 from generate_series(1, 3)", "有 3 次在到期之前失效", "update followersync.token_replacements set replaced_at = now() - interval '25 hours'" },
        { "Reconciliation", $"{Books} insert into wechat.daily_totals select '{AppId}', current_date - i, now() - i * interval '1 day', -50, 2000 from generate_series(1, 3) i", "相差 -50 人", "update wechat.daily_totals set difference = 0" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_alert_is_told_once_at_its_beginning_and_once_at_its_end(string kind, string begins, string text, string ends)
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom);
        AlertWorker worker = scene.NewWorker();
        await worker.WorkAsync();
        scene.Robots.Taken.ShouldBeEmpty();

        await scene.Tables.ExecuteAsync(begins);
        await worker.WorkAsync();
        await worker.WorkAsync();
        await scene.NewWorker().WorkAsync();

        scene.Robots.TakenBy("WeCom").Where(told => told.Contains(text, StringComparison.Ordinal)).ShouldHaveSingleItem(string.Join('\n', scene.Robots.TakenBy("WeCom")));
        (await StatusAsync(scene, kind)).ShouldBe("firing");
        int told = scene.Robots.Taken.Count;

        await scene.Tables.ExecuteAsync(ends);
        await scene.NewWorker().WorkAsync();
        await worker.WorkAsync();

        (await StatusAsync(scene, kind)).ShouldBe("resolved");
        scene.Robots.TakenBy("WeCom").Skip(told).ShouldHaveSingleItem().ShouldContain("【已恢复】");
        scene.Robots.TakenBy("WeCom").Last().ShouldContain("持续 ");
    }

    [Fact]
    public async Task An_account_that_two_machines_may_not_call_is_told_of_once()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom);
        foreach (string machine in new[] { "one", "two" })
            await scene.Tables.ExecuteAsync($"insert into followersync.api_stops (app_id, api, host, stopped_at, until, reason) values ('{AppId}', '*', '{machine}', now(), now() + interval '1 hour', array['WeChat answered 40164 to /cgi-bin/stable_token: IP address not on the whitelist.', ''])");

        await scene.NewWorker().WorkAsync();

        scene.TitlesOf("WeCom").ShouldBe(["[FollowerSync] 【严重】 同步失败 · 品牌"]);
    }

    [Fact]
    public async Task What_a_clock_that_was_ahead_has_stamped_hides_nothing_that_came_after_it()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom);
        await scene.RunEndsAsync("failed", "No usable answer from WeChat to /cgi-bin/user/get: HTML.");
        await scene.AgeAsync("3 days");
        await scene.RunEndsAsync("succeeded");
        await scene.Tables.ExecuteAsync(
            $"""
            update wechat.sync_runs set started_at = started_at + interval '30 days', finished_at = finished_at + interval '30 days', complete_as_of = complete_as_of + interval '30 days' where status = 'succeeded';
            insert into followersync.page_actions (action, app_id, actor, address, node, asked_at, ended_at, outcome)
            values ('resume', '{AppId}', '', '', '', now() + interval '30 days', now() + interval '30 days', 'done')
            """);
        await scene.RunEndsAsync("failed", "No usable answer from WeChat to /cgi-bin/user/get: HTML.");

        await scene.NewWorker().WorkAsync();

        (await StatusAsync(scene, "RunFailed")).ShouldBe("firing");
        (await StatusAsync(scene, "Stale")).ShouldBe("firing");
        SyncRunStore runs = new(scene.Tables.Open(), new SecretMask());
        (await runs.LastRunsAsync(AppId, 5, default)).Select(run => run.Status).ShouldBe([RunStatus.Failed, RunStatus.Failed]);
        (await scene.Tables.ReadAsync<string>("select coalesce(why, '') from wechat.freshness")).ShouldContain(" ended as failed");
        await scene.Tables.ExecuteAsync("update wechat.sync_runs set status = 'running', finished_at = null, complete_as_of = null where status = 'succeeded'");
        (await runs.LastRunAsync(AppId, default))!.Status.ShouldBe(RunStatus.Running, "it is under way");
    }

    [Fact]
    public async Task What_lasts_is_told_again_and_warnings_six_times_as_seldom()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom);
        AlertWorker worker = scene.NewWorker();
        await scene.RunEndsAsync("failed", "No usable answer from WeChat to /cgi-bin/user/get: HTML.");
        await scene.RunEndsAsync("held", "much", AlertScene.OtherAppId);
        await worker.WorkAsync();
        scene.TitlesOf("WeCom").Order().ShouldBe(["[FollowerSync] 【严重】 同步失败 · 品牌", "[FollowerSync] 【警告】 同步等待人工确认 · other"]);

        await scene.AgeAsync("4 hours");
        await worker.WorkAsync();
        await worker.WorkAsync();
        scene.TitlesOf("WeCom").Skip(2).ShouldBe(["[FollowerSync] 【严重·仍未恢复】 同步失败 · 品牌"]);

        await scene.AgeAsync("20 hours");
        await worker.WorkAsync();
        scene.TitlesOf("WeCom").Skip(3).Order().ShouldBe(["[FollowerSync] 【严重·仍未恢复】 同步失败 · 品牌", "[FollowerSync] 【警告·仍未恢复】 同步等待人工确认 · other"]);
    }

    [Fact]
    public async Task A_failure_that_is_about_to_be_tried_again_is_told_only_when_it_comes_a_third_time()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom);
        AlertWorker worker = scene.NewWorker();
        for (int run = 1; run <= 3; run++)
        {
            scene.Robots.Taken.ShouldBeEmpty();
            await scene.RunEndsAsync("failed", "No usable answer from WeChat to /cgi-bin/user/get: HTML.", retryAt: "now() + interval '2 minutes'");
            await worker.WorkAsync();
        }

        scene.Robots.TakenBy("WeCom").ShouldHaveSingleItem().ShouldContain("没有给出可用的答复");
    }

    [Fact]
    public async Task Runs_whose_changes_somebody_rejected_are_not_unfinished()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom);
        AlertWorker worker = scene.NewWorker();
        await scene.RunEndsAsync("partial", "What it held was rejected");
        await scene.RunEndsAsync("partial", "What it held was rejected");
        await scene.Tables.ExecuteAsync("update wechat.sync_runs set rejected_at = now()");
        await worker.WorkAsync();
        scene.Robots.Taken.ShouldBeEmpty();

        await scene.Tables.ExecuteAsync("update wechat.sync_runs set rejected_at = null");
        await worker.WorkAsync();

        scene.TitlesOf("WeCom").ShouldBe(["[FollowerSync] 【警告】 同步连续两次未完成 · 品牌"]);
    }

    [Fact]
    public async Task Another_cause_of_the_same_failure_is_told_but_not_every_minute()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom);
        AlertWorker worker = scene.NewWorker();
        await scene.Tables.ExecuteAsync(Stop("*", "WeChat answered 40164 to /cgi-bin/stable_token: IP."));
        await worker.WorkAsync();
        await scene.Tables.ExecuteAsync("update followersync.api_stops set reason[1] = 'WeChat answered 40125 to /cgi-bin/stable_token: secret.'");
        await worker.WorkAsync();
        scene.Robots.Taken.Count.ShouldBe(1);

        await scene.Tables.ExecuteAsync("update followersync.api_stops set reason[1] = 'WeChat answered 40243 to /cgi-bin/stable_token: frozen.'");
        await scene.AgeAsync("11 minutes");
        await worker.WorkAsync();
        scene.Robots.TakenBy("WeCom").Last().ShouldContain("AppSecret 已被冻结");
    }

    [Fact]
    public async Task A_failure_is_over_only_by_what_shows_that_it_is()
    {
        await using AlertScene scene = await AlertScene.CreateAsync();
        AlertWorker worker = scene.NewWorker();
        await LookAfterAsync(Stop("*", "WeChat answered 50002 to /cgi-bin/user/get: account restricted."), "firing");
        await LookAfterAsync(
            $"delete from followersync.api_stops; insert into followersync.access_tokens (app_id, source, access_token, obtained_at, expires_at) values ('{AppId}', 'Stable', 'x', now(), now() + interval '2 hours')",
            "firing");
        await LookAfterAsync(Arrivals(calls: 0), "firing");
        await LookAfterAsync(Arrivals(calls: 1), "resolved");

        await LookAfterAsync(Stop("*", "WeChat answered 40125 to https://tokens.example.com/wx: invalid AppSecret."), "firing");
        await LookAfterAsync(
            $"delete from followersync.api_stops; insert into followersync.access_tokens (app_id, source, access_token, obtained_at, expires_at, generation) values ('{AppId}', 'External', 'y', now(), now() + interval '2 hours', extract(epoch from now() - interval '1 hour') * 1000000)",
            "firing");
        await LookAfterAsync("update followersync.access_tokens set obtained_at = clock_timestamp(), generation = extract(epoch from clock_timestamp()) * 1000000 where source = 'External'", "resolved");

        async Task LookAfterAsync(string what, string status)
        {
            await scene.Tables.ExecuteAsync(what);
            await worker.LookAsync();
            (await StatusAsync(scene, "RunFailed")).ShouldBe(status, what);
        }
    }

    [Fact]
    public async Task Workers_that_look_and_send_at_once_tell_once()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom, ChannelKind.DingTalk);
        AlertWorker[] workers = [.. Enumerable.Range(0, 4).Select(_ => scene.NewWorker())];
        await scene.RunEndsAsync("failed", "broken");

        // All stand at the door before the first goes in.
        await using NpgsqlConnection door = await scene.Tables.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction closed = await door.BeginTransactionAsync();
        await using NpgsqlCommand close = new("lock table followersync.alerts in share update exclusive mode", door, closed);
        await close.ExecuteNonQueryAsync();
        Task looks = Task.WhenAll(workers.Select(worker => worker.LookAsync(away: TimeSpan.FromMinutes(5))));
        await Installation.UntilAsync(
            () => scene.Tables.ReadAsync<bool>("select count(*) = 4 from pg_locks l join pg_database d on d.oid = l.database where d.datname = current_database() and l.relation = 'followersync.alerts'::regclass and not l.granted"),
            "each of the four waits for its turn to look");
        await closed.CommitAsync();
        await looks;
        await Task.WhenAll(workers.Select(worker => worker.SendAsync()));
        await Task.WhenAll(workers.Select(worker => worker.WorkAsync()));

        string[] expected = ["[FollowerSync] 【严重】 同步失败 · 品牌", "[FollowerSync] 【已恢复】 数据库曾经不可用"];
        scene.TitlesOf("WeCom").Order().ShouldBe(expected.Order());
        scene.TitlesOf("DingTalk").Order().ShouldBe(expected.Order());
        scene.Robots.TakenBy("WeCom").Single(text => text.Contains("数据库", StringComparison.Ordinal)).ShouldContain("持续 5 分钟");
    }

    [Fact]
    public async Task Books_that_take_long_to_read_keep_nobody_from_being_told_of_the_rest()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom);
        await scene.RunEndsAsync("failed", "broken");
        await using NpgsqlConnection other = await scene.Tables.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction busy = await other.BeginTransactionAsync();
        await using NpgsqlCommand hold = new("lock table wechat.datacube_days in access exclusive mode", other, busy);
        await hold.ExecuteNonQueryAsync();
        Task books = scene.NewWorker().LookAtBooksAsync();
        await Installation.UntilAsync(
            () => scene.Tables.ReadAsync<bool>("select count(*) = 1 from pg_locks l join pg_database d on d.oid = l.database where d.datname = current_database() and l.relation = 'wechat.datacube_days'::regclass and not l.granted"),
            "the books are being read");

        AlertWorker worker = scene.NewWorker();
        await worker.LookAsync();
        await worker.SendAsync();

        scene.TitlesOf("WeCom").ShouldBe(["[FollowerSync] 【严重】 同步失败 · 品牌"]);
        books.IsCompleted.ShouldBeFalse();
        await busy.RollbackAsync();
        await books;
    }

    [Fact]
    public async Task A_channel_is_told_of_its_accounts_and_of_what_is_severe_enough()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom, ChannelKind.DingTalk, ChannelKind.Feishu);
        scene.Options.Channels[0].Accounts = ["OTHER"];
        scene.Options.Channels[1].MinSeverity = FollowerSync.Alerts.Texts.AlertSeverity.Critical;
        scene.Options.Channels[2].Accounts = [AlertScene.AppId];
        await scene.RunEndsAsync("failed", "broken");
        await scene.RunEndsAsync("held", "much", AlertScene.OtherAppId);

        await scene.NewWorker().WorkAsync();

        scene.TitlesOf("WeCom").ShouldBe(["[FollowerSync] 【警告】 同步等待人工确认 · other"]);
        scene.TitlesOf("DingTalk").ShouldBe(["[FollowerSync] 【严重】 同步失败 · 品牌"]);
        scene.TitlesOf("Feishu").ShouldBe(["[FollowerSync] 【严重】 同步失败 · 品牌"]);
    }

    [Fact]
    public async Task An_account_that_left_the_settings_is_forgotten_without_a_word()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom);
        await scene.RunEndsAsync("failed", "broken");
        await scene.NewWorker().WorkAsync();
        scene.WeChat.Accounts.RemoveAt(0);
        await scene.NewWorker().WorkAsync();
        (await StatusAsync(scene, "RunFailed")).ShouldBe("firing", "another worker may still have it");

        await scene.AgeAsync("25 hours");
        await scene.NewWorker().WorkAsync();

        (await StatusAsync(scene, "RunFailed")).ShouldBe("resolved");
        scene.Robots.TakenBy("WeCom").ShouldNotContain(text => text.Contains("品牌", StringComparison.Ordinal) && text.Contains("已恢复", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Neither_messages_nor_tables_hold_a_secret_a_person_or_the_text_of_an_error()
    {
        await using AlertScene scene = await AlertScene.CreateAsync(ChannelKind.WeCom, ChannelKind.DingTalk, ChannelKind.Feishu, ChannelKind.Alertmanager, ChannelKind.Webhook);
        const string MailPassword = "mail0password1of2states";
        await using StandInMail mail = new();
        scene.Mail = mail;
        scene.Options.Channels.Add(new AlertChannelOptions { Kind = ChannelKind.Smtp, Url = FormattableString.Invariant($"smtp://fs%40brand.example@127.0.0.1:{mail.Port}"), Password = MailPassword, To = ["ops@brand.example"] });
        string[] never = ["oPerson_0123456789abcdefghij", "Lin Daiyu", "42P01", "select openid", "db.internal", "hunter2hunter2"];
        await scene.RunEndsAsync("failed", "42P01: db.internal user hunter2hunter2: select openid from x where openid = oPerson_0123456789abcdefghij and nickname = Lin Daiyu");
        scene.Robots.Instead = async (context, robot) =>
        {
            if (robot == "DingTalk")
                await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, $$"""{"errcode":310000,"errmsg":"{{context.Request.QueryString}} {{StandInRobots.Secret}}"}""");
            return robot == "DingTalk";
        };

        AlertWorker worker = scene.NewWorker();
        await worker.WorkAsync();

        foreach (string word in never.Concat([StandInRobots.WeComKey, StandInRobots.DingTalkToken, StandInRobots.FeishuToken, StandInRobots.Secret]))
            scene.Robots.Taken.ShouldAllBe(taken => !taken.Text.Contains(word, StringComparison.Ordinal));
        scene.Robots.Taken.Count.ShouldBe(4);
        mail.Mails.ShouldHaveSingleItem();
        mail.Heard.ShouldAllBe(heard => !heard.Line.Contains(MailPassword, StringComparison.Ordinal));
        (await scene.Tables.ReadAsync<bool>("select sent_at is not null from followersync.alert_messages where channel = 'Smtp'")).ShouldBeTrue();
        await scene.Tables.ExecuteAsync("delete from wechat.sync_runs");
        (await EverywhereSearch.FindAsync(scene.Tables, [.. never, StandInRobots.WeComKey, StandInRobots.DingTalkToken, StandInRobots.FeishuToken, StandInRobots.Secret, MailPassword])).ShouldBeEmpty();
    }

    private static string Failed(string status, string error) =>
        $"insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, error, listed) values ('{AppId}', 'schedule', '{status}', clock_timestamp(), clock_timestamp(), '{error}', 1000)";

    private static string Arrivals(int calls) =>
        $"insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, api_calls) values ('{AppId}', 'event', 'succeeded', clock_timestamp(), clock_timestamp(), {calls})";

    private static string Stop(string api, string reason) =>
        $"insert into followersync.api_stops (app_id, api, stopped_at, until, reason) values ('{AppId}', '{api}', now(), now() + interval '10 minutes', array['{reason}', ''])";

    private static Task<string> StatusAsync(AlertScene scene, string alert) => scene.Tables.ReadAsync<string>($"select status from followersync.alerts where alert = '{alert}' and subject = '{AppId}'");
}
