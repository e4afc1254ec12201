using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FollowerSync.Alerts.Channels;
using FollowerSync.Database;
using FollowerSync.Emulator.Faults;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;
using FollowerSync.Languages;
using FollowerSync.Runs;
using FollowerSync.Status;
using FollowerSync.StatusPage;
using FollowerSync.StatusPage.Guarding;
using FollowerSync.StatusPage.Reading;
using FollowerSync.WeChat.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace FollowerSync.IntegrationTests.StatusPage;

/// <summary>What the pages say, and that it is what the database says.</summary>
public sealed class StatusPageTests
{
    [Fact]
    public async Task Numbers_on_the_pages_are_those_of_the_database()
    {
        SimulatedClock clock = new();
        await using PageScene scene = await PageScene.CreateAsync(time: clock);
        await clock.InstallAsync(scene.Tables);
        (await scene.Account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        for (int day = 0; day < 3; day++)
        {
            await clock.AdvanceAsync(scene.Tables, TimeSpan.FromDays(1));
            scene.Account.Truth.Unfollow(scene.Account.Truth.Followers().First().OpenId);
            scene.Account.Truth.AddFollower();
            scene.Account.Truth.AddFollower();
            (await scene.Account.SyncAsync()).Status.ShouldBe(RunStatus.Succeeded);
        }

        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();
        (_, string overview) = await PageScene.GetAsync(browser, "/");
        (_, string account) = await PageScene.GetAsync(browser, $"/accounts/{scene.Account.Account.AppId}");

        long followers = await scene.Tables.ReadAsync<long>("select count(*) from wechat.followers where subscribe");
        followers.ShouldBe(303);
        overview.ShouldContain($"<b data-followers>{followers}</b>");
        account.ShouldContain($"<b data-followers>{followers}</b>");
        string[] days = (await scene.Tables.ReadAsync<string>(
            """
            select string_agg('<tr><th scope="row">' || day || '</th><td>' || coalesce(followers_at_least::text, '–') || '</td><td>' || coalesce(followers_at_most::text, '–') || '</td><td>' || new
                || '</td><td>' || coalesce(left_at_least::text, '–') || '</td><td>' || coalesce(left_at_most::text, '–') || '</td>', '|')
            from (select * from wechat.daily_totals order by day desc limit 90) d
            """)).Split('|');
        days.Length.ShouldBeGreaterThan(2);
        foreach (string day in days)
            account.ShouldContain(day);

        overview.ShouldContain("WeChat: 303 agrees");
        overview.ShouldContain("</a>: +2 new, −1 gone</small>");
        overview.ShouldContain("<small>+1 followers since the complete run before</small>");
        await scene.Tables.ExecuteAsync($"insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, wechat_total) values ('{scene.Account.Account.AppId}', 'schedule', 'partial', now(), now(), 404)");
        (_, overview) = await PageScene.GetAsync(browser, "/");
        overview.ShouldContain("WeChat: 404 · ");
        overview.ShouldNotContain("differs by", Case.Sensitive, "the total is of another time than the followers");
    }

    [Fact]
    public async Task The_quota_is_what_the_ledger_and_WeChat_say_and_the_schedule_is_told_in_words()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        string account = scene.Account.Account.AppId;
        await scene.Tables.ExecuteAsync(
            $"""
            insert into followersync.api_usage (app_id, api, day, calls, daily_limit, others, told_at)
            select '{account}', api, (now() at time zone interval '8 hours')::date - ago, calls, daily_limit, others, told_at
            from (values ('/cgi-bin/user/info/batchget', 0, 3000, 500000, 20000, now()), ('/cgi-bin/user/get', 0, 31, null, null, null),
                         ('/cgi-bin/user/get', 1, 40, 500, 0, now() - interval '1 day'), ('/cgi-bin/tags/get', 0, 1, null, null, null)) c (api, ago, calls, daily_limit, others, told_at)
            """);
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();

        (_, string page) = await PageScene.GetAsync(browser, $"/accounts/{account}");

        // 20 % of the limit are for others, who have used 20,000 of these 100,000.
        page.ShouldContain("<code>/cgi-bin/user/info/batchget</code></th><td>3,000</td><td>20,000</td><td>80,000</td><td>500,000</td><td>397,000</td>");
        page.ShouldContain("<code>/cgi-bin/user/get</code></th><td>31</td><td>0</td><td>100</td><td>500</td><td>369</td>");
        page.ShouldContain("<code>/cgi-bin/tags/get</code></th><td>1</td><td>–</td><td>–</td><td>–</td><td>–</td><td>–</td>");
        page.ShouldContain($"Counted anew from {await scene.Tables.ReadAsync<string>("select to_char(now() at time zone interval '8 hours' + interval '1 day', 'YYYY-MM-DD')")} 00:00 in Beijing");
        page.ShouldContain("Schedule: every day at 03:30 (Asia/Shanghai)");
        (_, string overview) = await PageScene.GetAsync(browser, "/?culture=zh-CN");
        overview.ShouldContain("计划：每天 03:30（Asia/Shanghai）");
        overview.ShouldContain("读取资料还可调用 397,000 次");
        overview.ShouldContain($"href=\"/actions/sync?account={account}\"");
    }

    [Fact]
    public async Task No_page_can_write()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        long run = (await scene.Account.SyncAsync()).RunId;
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();
        string account = scene.Account.Account.AppId;
        await PageScene.PressAsync(browser, $"/actions/pause?account={account}");
        // Rows that are seen by those alone who can write nothing.
        await scene.Tables.ExecuteAsync(string.Concat(new[] { ("wechat", "sync_runs"), ("followersync", "page_actions") }.Select(table =>
            $"""
            alter table {table.Item1}.{table.Item2} rename to {table.Item2}_kept;
            create view {table.Item1}.{table.Item2} as select * from {table.Item1}.{table.Item2}_kept where current_setting('transaction_read_only') = 'on';
            """)));
        (await scene.Tables.ReadAsync<long>("select count(*) from wechat.sync_runs")).ShouldBe(0);

        (await PageScene.GetAsync(browser, "/")).Text.ShouldContain($"/runs/{run}");
        (await PageScene.GetAsync(browser, $"/accounts/{account}")).Text.ShouldContain($"/runs/{run}");
        (await PageScene.GetAsync(browser, $"/runs/{run}")).Status.ShouldBe(HttpStatusCode.OK);
        (await PageScene.GetAsync(browser, "/actions")).Text.ShouldContain($"/accounts/{account}");
        DatabaseUnavailableException refused = await Should.ThrowAsync<DatabaseUnavailableException>(
            () => scene.Account.Database.LookAsync(tx => tx.ExecuteAsync("delete from followersync.page_actions_kept"), default));
        refused.InnerException.ShouldBeOfType<PostgresException>().SqlState.ShouldBe(PostgresErrorCodes.ReadOnlySqlTransaction);
    }

    [Fact]
    public async Task A_page_for_everything_that_can_be_looked_at()
    {
        await using PageScene scene = await PageScene.CreateAsync();
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();

        (await PageScene.GetAsync(browser, "/")).Text.ShouldContain("Nothing was synced yet.");
        (await PageScene.GetAsync(browser, "/actions")).Text.ShouldContain("Nobody has done anything on the page yet.");
        (await PageScene.GetAsync(browser, "/runs/1")).Status.ShouldBe(HttpStatusCode.NotFound);
        foreach (string none in new[] { "/accounts/wx0", "/accounts/wx0123456789abcdee", "/accounts/%EF%BF%BD", "/actions/sync?account=%00", "/actions/pause?account=wx0123456789abcde%00", "/api/history", "/api/history?account=%00" })
            (await PageScene.GetAsync(browser, none)).Status.ShouldBe(HttpStatusCode.NotFound, none);
        (await PageScene.GetAsync(browser, "/api/history?account=wx0123456789abcdee")).Text.ShouldBe("[]");
        scene.Log.Lines.ShouldBeEmpty();
        (await PageScene.GetAsync(browser, "/nowhere/at/all?x=1")).Text.ShouldContain("href=\"/nowhere/at/all?x=1&culture=zh-CN\"");
        (await PageScene.GetAsync(browser, "/%2Fevil.example/")).Text.ShouldNotContain("href=\"//evil.example");
        await scene.Account.SyncAsync();
        SyncRun held = await scene.HoldAsync(100);
        (HttpStatusCode status, string run) = await PageScene.GetAsync(browser, $"/runs/{held.RunId}");
        status.ShouldBe(HttpStatusCode.OK, run);
        run.ShouldContain("100 people seem to be gone");
        run.ShouldContain("By how they came");
        run.ShouldContain($"/actions/approve/{held.RunId}");
        run.ShouldContain("See whom it is about with: followersync approve");
        (await PageScene.GetAsync(browser, "/")).Text.ShouldContain("<title>(1) ", Case.Sensitive, "it waits for a person, before any alert is looked for");
        (await PageScene.GetAsync(browser, "/api/status")).Text.ShouldContain($"\"held_run_id\":{held.RunId}");
    }

    [Fact]
    public async Task Nobody_being_anonymised_for_want_of_the_key_waits_for_a_person()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        await scene.Tables.ExecuteAsync("insert into followersync.hash_key (fingerprint, known_since) values ('of the key of before', now())");
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();

        (_, string page) = await PageScene.GetAsync(browser, "/");

        page.ShouldContain("<title>(1) ");
        page.ShouldContain("1 to look at");
        page.ShouldContain("Privacy:HashKey is not the key");
        page.ShouldNotContain("Nothing waits for you");
        (await PageScene.GetAsync(browser, "/?culture=zh-CN")).Text.ShouldContain("Privacy:HashKey 不是");
    }

    [Fact]
    public async Task Nodes_that_differ_and_a_mirror_of_tokens_that_fails_wait_for_a_person()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        string account = scene.Account.Account.AppId;
        scene.Account.Token.Mirrors.Add(new TokenMirrorOptions { Connection = "cache.example:6379" });
        await scene.Tables.ExecuteAsync(
            $"""
            insert into followersync.token_mirrors (app_id, mirror, failing_since, reason)
            select '{account}', m, now(), array['It is away.', '无法连接。'] from unnest(array['Redis cache.example:6379, WxJava', 'gone']) m;
            insert into followersync.nodes (host, process, node, cluster, version, fingerprint, started_at, last_seen, silence)
            select 'h' || v, 'p', 'node-' || v, case when v < '3' then 'c' end, v, 'Sync:1', now() - interval '1 hour' / v::int, now(), '90 s' from unnest(array['1', '2', '3', '4']) v
            """);
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();

        (_, string page) = await PageScene.GetAsync(browser, "/");

        page.ShouldContain("2 to look at");
        page.ShouldContain(": other programs do not get new tokens from Redis cache.example:6379");
        page.ShouldContain("It is away.");
        page.ShouldContain("Node node-2 on h2 is not like node-1: it is version 2, node-1 is 1.");
        page.ShouldNotContain("on h4 is not like", Case.Sensitive, "those two share no schedule");
        (_, string own) = await PageScene.GetAsync(browser, $"/accounts/{account}?culture=zh-CN");
        own.ShouldContain("1 件事需要处理");
        own.ShouldContain("无法连接。");
    }

    [Fact]
    public async Task An_account_is_overdue_when_its_alert_is()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        await scene.Account.SyncAsync();
        await scene.Tables.ExecuteAsync("update wechat.sync_runs set started_at = started_at - interval '9 days', finished_at = finished_at - interval '9 days'");
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();
        string account = scene.Account.Account.AppId;
        (await PageScene.GetAsync(browser, "/")).Text.ShouldContain(">overdue<");
        (await PageScene.GetAsync(browser, $"/accounts/{account}")).Text.ShouldContain(">overdue<");

        await PageScene.PressAsync(browser, $"/actions/pause?account={account}");
        (await PageScene.GetAsync(browser, "/")).Text.ShouldContain("<span class=\"mark none\">Paused<");
        await PageScene.PressAsync(browser, $"/actions/resume?account={account}");
        (await PageScene.GetAsync(browser, "/")).Text.ShouldContain(">on time<");

        await scene.Tables.ExecuteAsync(
            $"""
            update followersync.page_actions set ended_at = ended_at - interval '9 days';
            insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, error)
            values ('{account}', 'schedule', 'partial', now(), now(), 'WeChat answered 45009 to /cgi-bin/user/get: daily limit reached.'), ('{account}', 'schedule', 'running', now(), null, null)
            """);
        (await PageScene.GetAsync(browser, "/")).Text.ShouldContain(">waits for the next day");
        scene.Account.WeChat.Accounts.Clear();
        (await PageScene.GetAsync(browser, "/")).Text.ShouldContain(">no run is due<");
    }

    [Fact]
    public async Task The_next_run_is_told_of_an_account_that_has_one()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        await scene.Account.SyncAsync();
        await scene.Tables.ExecuteAsync(
            """
            insert into followersync.nodes (host, process, node, version, fingerprint, started_at, last_seen, silence, next_run_at)
            values ('h', 'p', 'n', '1', 'Sync:1', now(), now(), '90 s', '2099-01-02 03:00Z')
            """);
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();
        string account = $"/accounts/{scene.Account.Account.AppId}";
        (_, string named) = await PageScene.GetAsync(browser, account);
        named.ShouldContain("<dd data-next-run>2099-01-02 11:00</dd>");
        named.ShouldContain("Schedule: ");

        scene.Account.WeChat.Accounts.Clear();

        (_, string left) = await PageScene.GetAsync(browser, account);
        left.ShouldContain("<dd data-next-run>no run is due</dd>");
        left.ShouldNotContain("Schedule: ");
    }

    [Fact]
    public async Task What_waits_is_counted_whole_although_a_hundred_are_shown()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        scene.Alerts.Channels.Add(new AlertChannelOptions { Kind = ChannelKind.WeCom });
        await scene.Tables.ExecuteAsync("insert into followersync.alert_channels (channel, settings, failures, failing_since) values ('WeCom', '', 0, null), ('gone', '', 9, now())");
        await scene.Tables.ExecuteAsync(
            "insert into followersync.alerts (alert, subject, severity, status, started_at, seen_at, facts) select 'Partial', 'brand' || i, 'Warning', 'firing', now(), now(), '{}' from generate_series(1, 103) i");
        await scene.StartAsync();

        (_, string page) = await PageScene.GetAsync(scene.NewBrowser(), "/");

        page.ShouldContain("<title>(103) ");
        page.ShouldContain("103 to look at");
        page.Split("<li class=\"wait\">").Length.ShouldBe(101);
        page.ShouldContain("And 3 more.");
        page.ShouldContain("WeCom <small>");
        page.ShouldNotContain("gone <small>", Case.Sensitive, "the settings have no such channel any more");
    }

    [Theory]
    [InlineData("en-GB", "", "Machine room")]
    [InlineData("fr", "", "机房")]
    [InlineData("zh-TW, en;q=0.5", "", "机房")]
    [InlineData("fr, en;q=0.5, zh;q=0.2", "", "Machine room")]
    [InlineData("en", "?culture=zh-CN", "机房")]
    [InlineData("zh-CN", "?culture=en", "Machine room")]
    [InlineData("zh-CN", "?culture=tlh", "机房")]
    public async Task The_language_is_the_one_asked_for_else_the_browsers(string accepted, string query, string expected)
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser(accepted);

        (await PageScene.GetAsync(browser, "/" + query)).Text.ShouldContain(expected);
        (await PageScene.GetAsync(browser, "/")).Text.ShouldContain(expected, Case.Sensitive, "the browser brings the cookie");
    }

    [Fact]
    public async Task A_database_that_is_away_and_one_of_another_version_have_a_page_each_and_details_have_none()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        await using Npgsql.NpgsqlDataSource nowhere = FollowerDataSource.Build("Host=127.0.0.1;Port=1;Username=nobody;Password=hunter22;Database=none;Timeout=2", new DatabaseOptions());
        await scene.StartAsync(new FollowerDatabase(nowhere, new DatabaseOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<FollowerDatabase>.Instance));
        HttpClient browser = scene.NewBrowser();

        for (int again = 0; again < 5; again++)
        {
            (HttpStatusCode status, string text) = await PageScene.GetAsync(browser, "/");
            status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            text.ShouldContain("The database cannot be used");
            text.ShouldNotContain("nobody");
            text.ShouldNotContain("hunter22");
        }

        scene.Log.Lines.Count.ShouldBe(1, "told once");
        scene.Lack = () => "the database is read-only";
        (HttpStatusCode other, string schema) = await PageScene.GetAsync(browser, "/actions");
        other.ShouldBe(HttpStatusCode.ServiceUnavailable);
        schema.ShouldContain("the database is read-only");
        (await PageScene.GetAsync(browser, "/actions?culture=zh-CN")).Text.ShouldContain("数据库是只读的");
        scene.Lack = () => throw new InvalidOperationException("token=hunter22");
        (HttpStatusCode fault, string broken) = await PageScene.GetAsync(browser, "/");
        fault.ShouldBe(HttpStatusCode.InternalServerError);
        broken.ShouldNotContain("hunter22");
    }

    [Fact]
    public async Task Every_answer_tells_browsers_what_they_may_do()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();

        foreach (string path in new[] { "/", "/nowhere", "/actions", "/files/page.css", "/health/live", "/api/status" })
        {
            using HttpResponseMessage answer = await browser.GetAsync(new Uri(path, UriKind.Relative));
            string.Join("; ", answer.Headers.GetValues("Content-Security-Policy")).ShouldBe(PageHeaders.Policy, path);
            answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"], path);
            answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"], path);
            answer.Headers.GetValues("Cross-Origin-Opener-Policy").ShouldBe(["same-origin"], path);
            answer.Headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["same-origin"], path);
            answer.Headers.Contains("Server").ShouldBeFalse(path);
        }

        (await AskWithoutHostAsync(scene.Address, "/")).ShouldStartWith("HTTP/1.1 400 ");
        (await AskWithoutHostAsync(scene.Address, "/health/live")).ShouldStartWith("HTTP/1.1 200 ");
        scene.Log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_that_cannot_be_written_is_told_once_a_minute()
    {
        FakeTimeProvider time = new();
        RememberedLog<PageFaults> log = new();
        PageFaults faults = new(answers: null!, _ => Task.FromResult<Sentence?>(null), time, log);
        foreach (int lines in new[] { 1, 1, 2 })
        {
            time.Advance(TimeSpan.FromSeconds(30));
            DefaultHttpContext http = new();
            await faults.RescueAsync(http, _ => throw new UriFormatException());
            http.Response.StatusCode.ShouldBe(500);
            log.Lines.Count.ShouldBe(lines);
        }
    }

    // Programs that watch ports ask so, by the first version of HTTP.
    private static async Task<string> AskWithoutHostAsync(Uri address, string path)
    {
        using TcpClient client = new();
        await client.ConnectAsync(address.Host, address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.0\r\n\r\n"));
        using StreamReader reader = new(client.GetStream());
        return await reader.ReadToEndAsync();
    }

    [Fact]
    public async Task No_page_reads_the_followers_but_that_of_an_account_the_people_in_doubt()
    {
        await using PageScene scene = await PageScene.CreateAsync();
        await scene.Account.SyncAsync();
        long run = (await scene.HoldAsync(100)).RunId;
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();
        await using NpgsqlConnection other = await scene.Tables.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction held = await other.BeginTransactionAsync();
        // Whatever reads them, also by a view, waits for this and gets no answer.
        await using NpgsqlCommand hold = new("lock table wechat.followers in access exclusive mode", other, held);
        await hold.ExecuteNonQueryAsync();

        foreach (string path in new[] { "/", "/runs/1", "/actions", "/api/status" })
            (await PageScene.GetAsync(browser, path)).Status.ShouldBe(HttpStatusCode.OK, path);
        (_, string whole) = await PageScene.GetAsync(browser, $"/runs/{run}");
        whole.ShouldContain("100 people seem to be gone");
        ShareSums(whole).ShouldBe([100, 100]);
        (await PageScene.GetAsync(browser, $"/actions/approve/{run}")).Text.ShouldContain("up to 100 people are marked as gone");
        (await PageScene.PressAsync(browser, $"/actions/reject/{run}")).ShouldBe(HttpStatusCode.SeeOther);
        (await scene.Tables.ReadAsync<string>("select result::text from followersync.page_actions")).ShouldContain("\"leaving_kept\": 100");
        await held.RollbackAsync();
        (await PageScene.GetAsync(browser, $"/accounts/{scene.Account.Account.AppId}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_happened_to_a_run_is_told_in_the_language_of_the_page()
    {
        await using PageScene scene = await PageScene.CreateAsync();
        string account = scene.Account.Account.AppId;
        await scene.Tables.ExecuteAsync(
            $"""
            insert into wechat.accounts values ('{account}', 'Brand');
            insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, rejected, error, error_en, note, note_en)
            values ('{account}', 'manual', 'held', now(), now(), 2, '太多的人将被标记。', 'Too many would be marked.', '微信多计了三人。', 'WeChat counts three more.');
            insert into followersync.rejected_openids
            select app_id, 'o' || i, case when i = 1 then 40003 end, 'invalid openid', '6a1b2c3d-11111111-22222221', started_at, started_at, 1, now() from wechat.sync_runs, generate_series(1, 2) i
            """);
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();

        (_, string english) = await PageScene.GetAsync(browser, "/runs/1?culture=en");
        (_, string chinese) = await PageScene.GetAsync(browser, "/runs/1?culture=zh-CN");

        string[] toldInEnglish = ["Too many would be marked.", "WeChat counts three more.", "They are asked again by themselves; followersync.rejected_openids names them."];
        string[] toldInChinese = ["太多的人将被标记。", "微信多计了三人。", "followersync.rejected_openids"];
        foreach ((string inEnglish, string inChinese) in toldInEnglish.Zip(toldInChinese))
        {
            english.ShouldContain(inEnglish);
            chinese.ShouldContain(inChinese);
            chinese.ShouldNotContain(inEnglish);
        }
    }

    [Fact]
    public async Task Progress_has_the_stage_and_the_end_of_a_run_and_counts_what_earlier_runs_of_its_round_did()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1_500);
        (scene.Account.Sync.BatchesInFlight, scene.Account.Sync.MergeSize) = (1, 100);
        await scene.StartAsync();

        // A first sync asks from the first page on, while the list is open.
        scene.Account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.Hang, Path = "/cgi-bin/user/get", Page = 2 });
        scene.Account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.Hang, Path = "/cgi-bin/user/info/batchget", From = 5 });
        await WhileSyncingAsync(scene, "added = 400", async () =>
        {
            await scene.Tables.ExecuteAsync("update wechat.sync_runs set started_at = now() - interval '100 seconds' where status = 'running'");
            RunProgress first = await ProgressAsync(scene);
            (first.Stage, first.Done, first.Total).ShouldBe((RunStage.Asking, 400, 1_500));
            first.Rate.ShouldBe(4, 0.1);
            first.SecondsLeft!.Value.ShouldBeInRange(275, 280);
        });

        // The next run counts on, at its own rate.
        scene.Account.Emulator.Faults.Clear();
        scene.Account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.Hang, Path = "/cgi-bin/user/info/batchget", From = 4 });
        await WhileSyncingAsync(scene, "added = 300", async () =>
        {
            await scene.Tables.ExecuteAsync("update wechat.sync_runs set started_at = now() - interval '100 seconds' where status = 'running'");
            RunProgress second = await ProgressAsync(scene);
            (second.Stage, second.Done, second.Total).ShouldBe((RunStage.Asking, 700, 1_500));
            second.Rate.ShouldBe(3, 0.1);
            second.SecondsLeft!.Value.ShouldBeInRange(266, 272);
            UnfinishedRound round = (await new AccountStateStore(scene.Account.Database).SummariseAsync(default)).Single().Round!;
            (round.Asked, round.ToAsk).ShouldBe((second.Done, second.Total - second.Done));
        });

        // What is counted at the end waits for a table that everybody may read.
        scene.Account.Emulator.Faults.Clear();
        await using (NpgsqlConnection other = await scene.Tables.DataSource.OpenConnectionAsync())
        {
            await using NpgsqlTransaction held = await other.BeginTransactionAsync();
            await using NpgsqlCommand hold = new("lock table wechat.daily_scenes in share mode", other, held);
            await hold.ExecuteNonQueryAsync();
            await WhileSyncingAsync(scene, "closing_took is not null", async () =>
            {
                RunProgress last = await ProgressAsync(scene);
                (last.Stage, last.Done, last.Total, last.SecondsLeft).ShouldBe((RunStage.Closing, 1_500, 1_500, null));
                await held.RollbackAsync();
            }, RunStatus.Succeeded);
        }

        // Of an account that is known nobody is asked for before the list is read.
        scene.Account.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.Hang, Path = "/cgi-bin/user/get", Page = 2 });
        await WhileSyncingAsync(scene, "exists (select 1 from followersync.listings where status = 'open' and listed = 1000)", async () =>
        {
            RunProgress known = await ProgressAsync(scene);
            (known.Stage, known.Done, known.Total, known.SecondsLeft).ShouldBe((RunStage.Listing, 1_000, 1_500, null));
            known.Rate.ShouldBeGreaterThan(0);
            (_, string page) = await PageScene.GetAsync(scene.NewBrowser(), "/");
            page.ShouldContain("<span class=\"phase\">reading the list</span>");
            page.ShouldContain("1,000 of 1,500");
        });
    }

    [Fact]
    public async Task Progress_is_told_while_a_run_goes_on_and_the_stream_ends_with_the_worker()
    {
        await using PageScene scene = await PageScene.CreateAsync();
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();
        using HttpResponseMessage answer = await browser.GetAsync(new Uri("/api/progress", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        answer.Headers.GetValues("X-Accel-Buffering").ShouldBe(["no"]);
        using StreamReader lines = new(await answer.Content.ReadAsStreamAsync());
        (await lines.ReadLineAsync()).ShouldBe("event: progress");
        (await lines.ReadLineAsync()).ShouldBe("data: []");

        await scene.Tables.ExecuteAsync(
            """
            insert into wechat.accounts values ('wx00000000000000e1', 'Brand') on conflict do nothing;
            with n as (
                insert into followersync.listings (app_id, status, started_at, listed_at, pages, listed, highest_total)
                values ('wx00000000000000e1', 'complete', now() - interval '10 seconds', now(), 1, 300, 300) returning listing_id)
            insert into wechat.sync_runs (app_id, trigger, status, started_at, wechat_total, listed, unchanged, listing_id)
            select 'wx00000000000000e1', 'schedule', 'running', now() - interval '10 seconds', 300, 300, 150, listing_id from n;
            insert into followersync.leases (app_id, fence, host, process, expires_at) values ('wx00000000000000e1', 1, 'h', 'p', now() + interval '1 hour');
            """);
        string? told = "";
        while (told is not null && !told.StartsWith("data: [{", StringComparison.Ordinal))
            told = await lines.ReadLineAsync();
        told.ShouldNotBeNull().ShouldContain("\"percent\":50,");
        told.ShouldContain("\"stage\":\"Asking\",\"done\":150,\"total\":300");

        scene.Lifetime.StopApplication();
        string rest = await lines.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(3));
        rest.ShouldNotContain("error");
    }

    [Fact]
    public async Task Browsers_that_leave_before_they_are_told_anything_take_no_place_from_others()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        await scene.StartAsync();
        for (int browser = 0; browser < 200; browser++)
            (await scene.Progress.TellAsync(new DefaultHttpContext { RequestServices = Nothing, RequestAborted = new CancellationToken(canceled: true) })).ShouldBeTrue();

        using HttpResponseMessage answer = await scene.NewBrowser().GetAsync(new Uri("/api/progress", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_browser_that_reads_nothing_does_not_hold_up_the_stop_and_more_than_64_are_not_told()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        await scene.StartAsync();
        FullStream[] full = [.. Enumerable.Range(0, 64).Select(_ => new FullStream())];
        Task<bool>[] told = [.. full.Select(body => scene.Progress.TellAsync(new DefaultHttpContext { RequestServices = Nothing, Response = { Body = body } }))];
        foreach (FullStream body in full)
            await body.IsWrittenTo.WaitAsync(TimeSpan.FromSeconds(30));
        (await PageScene.GetAsync(scene.NewBrowser(), "/api/progress")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);

        scene.Lifetime.StopApplication();

        (await Task.WhenAll(told).WaitAsync(TimeSpan.FromSeconds(10))).ShouldAllBe(was => was);
    }

    /// <summary>Looks on when a sync is as far as that, and stops it unless it is to end otherwise.</summary>
    private static async Task WhileSyncingAsync(PageScene scene, string until, Func<Task> look, RunStatus end = RunStatus.Cancelled)
    {
        using CancellationTokenSource stop = new();
        Task<SyncRun> sync = scene.Account.SyncAsync(cancellationToken: stop.Token);
        await Installation.UntilAsync(
            async () => sync.IsCompleted || await scene.Tables.ReadAsync<bool>($"select exists (select 1 from wechat.sync_runs where status = 'running' and {until})"), until);
        await look();
        if (end == RunStatus.Cancelled)
            await stop.CancelAsync();
        SyncRun run = await sync;
        run.Status.ShouldBe(end, run.Error);
    }

    /// <summary>What the stream tells of the one run.</summary>
    private static async Task<RunProgress> ProgressAsync(PageScene scene)
    {
        using HttpResponseMessage answer = await scene.NewBrowser().GetAsync(new Uri("/api/progress", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using StreamReader lines = new(await answer.Content.ReadAsStreamAsync());
        RunProgress read = (await scene.Account.Database.RunAsync(CardStore.ReadRunningAsync, default)).ShouldHaveSingleItem();
        string expected = $"\"stage\":\"{read.Stage}\",\"done\":{read.Done},\"total\":{read.Total}";
        // What was read for others less than half a second ago is told first.
        List<string?> told = [];
        while (told.Count < 9 && told.LastOrDefault()?.Contains(expected, StringComparison.Ordinal) != true)
            told.Add(await lines.ReadLineAsync());
        told[^1].ShouldNotBeNull().ShouldContain(expected);
        return read;
    }

    /// <summary>People by how they came, and by the month.</summary>
    private static long[] ShareSums(string page) =>
        [.. page.Split("<caption>")[1..3].Select(table => table.Split("</table>")[0].Split("</th><td>")[1..].Sum(cell => long.Parse(cell.Split('<')[0], CultureInfo.InvariantCulture)))];

    private static IServiceProvider Nothing => new ServiceCollection().BuildServiceProvider();

    /// <summary>What is written to somebody who reads nothing.</summary>
    private sealed class FullStream : MemoryStream
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsWrittenTo => _written.Task;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _written.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => WriteAsync(default, cancellationToken).AsTask();
    }
}
