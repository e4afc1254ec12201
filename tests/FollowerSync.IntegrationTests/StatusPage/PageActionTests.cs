using System.Net;
using FollowerSync.Runs;
using FollowerSync.Status;
using FollowerSync.Sync;
using FollowerSync.Web;
using Microsoft.Extensions.DependencyInjection;

namespace FollowerSync.IntegrationTests.StatusPage;

/// <summary>What can be done on the page, by whom, and what is kept of it.</summary>
public sealed class PageActionTests
{
    private const string Kept = "select string_agg(action || ' ' || coalesce(run_id::text, '-') || ' ' || actor || ' ' || address || ' ' || coalesce(outcome, 'none') || ' ' || coalesce(result::text, ''), '|' order by action_id) from followersync.page_actions";

    [Fact]
    public async Task An_approval_asks_with_its_numbers_does_what_the_verb_does_and_is_kept()
    {
        await using PageScene scene = await PageScene.CreateAsync();
        await scene.Account.SyncAsync();
        SyncRun held = await scene.HoldAsync(100);
        scene.Options.Password = "a password of the tests";
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser(password: scene.Options.Password);

        (await PageScene.GetAsync(browser, $"/actions/approve/{held.RunId}")).Text.ShouldContain("up to 100 people are marked as gone");
        (await PageScene.PressAsync(browser, $"/actions/approve/{held.RunId}")).ShouldBe(HttpStatusCode.SeeOther);

        (await scene.Tables.ReadAsync<long>("select count(*) from wechat.followers where subscribe")).ShouldBe(200);
        (await scene.Account.Runs.FindAsync(held.RunId, default))!.Status.ShouldBe(RunStatus.Succeeded);
        (await scene.Tables.ReadAsync<string>(Kept)).ShouldBe($$"""approve {{held.RunId}} wang 127.0.0.1 done {"staying": 0, "unsubscribed": 100, "unionids_kept": 0, "unionids_changed": 0}""");
        (await PageScene.GetAsync(browser, "/actions")).Text.ShouldContain("100 marked as gone");
        scene.ServerLog.Lines.ShouldNotContain(line => line.Contains("'Cache-Control' and 'Pragma' headers", StringComparison.Ordinal), "every form would be a warning");
        (HttpStatusCode status, string text) = await PageScene.GetAsync(browser, $"/actions/reject/{held.RunId}");
        status.ShouldBe(HttpStatusCode.Conflict, text);
        text.ShouldContain("It is no longer held");
        text.ShouldContain($"<a href=\"/runs/{held.RunId}\">");
        (await PageScene.GetAsync(browser, $"/actions/approve/{held.RunId + 100}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_question_for_a_sync_reckons_its_calls_as_the_plan_does()
    {
        await using PageScene scene = await PageScene.CreateAsync();
        (scene.Account.Sync.ProfileRefresh, scene.Account.Sync.BatchSize) = (ProfileRefresh.Rotate, 10);
        await scene.Account.SyncAsync();
        await scene.Account.SyncAsync();
        await scene.Tables.ExecuteAsync("update followersync.rotations set rotated_at = rotated_at - interval '1 day'");
        await scene.StartAsync();
        RunForecast plan = await scene.Account.NewProcess().GetRequiredService<RunForecaster>().ForecastAsync(scene.Account.Account, default);

        (_, string question) = await PageScene.GetAsync(scene.NewBrowser(), $"/actions/sync?account={scene.Account.Account.AppId}");

        (plan.ListCalls + plan.ProfileCalls).ShouldBe(7);
        question.ShouldContain("It had 300 people last time; list and profiles take about 7 calls.");
    }

    [Fact]
    public async Task What_cannot_be_done_is_told_in_the_language_of_the_page_without_secrets()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 200);
        await scene.Account.SyncAsync();
        SyncRun held = await scene.HoldAsync(100);
        scene.Begin = () => throw new InvalidOperationException("access_token=61_abcdefghijklmnop");
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();
        (_, string form) = await PageScene.GetAsync(browser, $"/actions/reject/{held.RunId}");
        await scene.Tables.ExecuteAsync($"update wechat.sync_runs set status = 'succeeded' where run_id = {held.RunId}");

        (await PageScene.SendAsync(browser, form)).ShouldBe(HttpStatusCode.SeeOther);
        (await PageScene.PressAsync(browser, $"/actions/sync?account={scene.Account.Account.AppId}")).ShouldBe(HttpStatusCode.SeeOther);

        (_, string english) = await PageScene.GetAsync(browser, "/actions");
        english.ShouldContain($"Run {held.RunId} is succeeded, not held");
        english.ShouldContain("failed");
        english.ShouldNotContain("61_abcdefghijklmnop");
        (_, string chinese) = await PageScene.GetAsync(browser, "/actions?culture=zh-CN");
        chinese.ShouldContain($"第 {held.RunId} 次同步的状态是 succeeded，不是 held");
        chinese.ShouldNotContain("not held");
    }

    [Fact]
    public async Task What_came_to_be_held_after_the_page_was_shown_is_neither_approved_nor_rejected()
    {
        await using PageScene scene = await PageScene.CreateAsync();
        await scene.Account.SyncAsync();
        SyncRun held = await scene.HoldAsync(100);
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();
        (_, string approval) = await PageScene.GetAsync(browser, $"/actions/approve/{held.RunId}");
        (_, string rejection) = await PageScene.GetAsync(browser, $"/actions/reject/{held.RunId}");
        approval.ShouldContain("up to 100 people are marked as gone");
        SyncRun next = await scene.HoldAsync(50);

        foreach (string form in new[] { approval, rejection })
            (await PageScene.SendAsync(browser, form)).ShouldBe(HttpStatusCode.SeeOther);
        (await PageScene.SendAsync(browser, approval.Replace("name=\"leaving\"", "name=\"other\"", StringComparison.Ordinal))).ShouldBe(HttpStatusCode.BadRequest);

        (await scene.Tables.ReadAsync<long>("select count(*) from wechat.followers where subscribe")).ShouldBe(300);
        (await scene.Tables.ReadAsync<long>("select count(*) from wechat.held_changes")).ShouldBe(150);
        (await scene.Tables.ReadAsync<string>(Kept)).ShouldBe($"approve {held.RunId}  127.0.0.1 refused |reject {held.RunId}  127.0.0.1 refused ");
        (await PageScene.GetAsync(browser, "/actions")).Text.ShouldContain($"run {next.RunId} is the newest that holds, and 150 people and 0 unionids are held now. Nothing was done");
        (await PageScene.GetAsync(browser, "/actions?culture=zh-CN")).Text.ShouldContain("现在搁置了 150 人和 0 个 unionid");
        (await PageScene.PressAsync(browser, $"/actions/approve/{held.RunId}?culture=en")).ShouldBe(HttpStatusCode.SeeOther);
        (await scene.Tables.ReadAsync<long>("select count(*) from wechat.followers where subscribe")).ShouldBe(150);
    }

    [Fact]
    public async Task A_rejection_marks_nobody()
    {
        await using PageScene scene = await PageScene.CreateAsync();
        await scene.Account.SyncAsync();
        SyncRun held = await scene.HoldAsync(100);
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();

        (await PageScene.PressAsync(browser, $"/actions/reject/{held.RunId}")).ShouldBe(HttpStatusCode.SeeOther);

        (await scene.Tables.ReadAsync<long>("select count(*) from wechat.followers where subscribe")).ShouldBe(300);
        (await scene.Tables.ReadAsync<string>(Kept)).ShouldBe($$"""reject {{held.RunId}}  127.0.0.1 done {"leaving_kept": 100, "unionids_kept": 0}""");
    }

    [Fact]
    public async Task A_paused_account_says_so_everywhere_until_it_is_resumed()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        await scene.Account.SyncAsync();
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();
        string account = scene.Account.Account.AppId;

        (await PageScene.PressAsync(browser, $"/actions/pause?account={account}")).ShouldBe(HttpStatusCode.SeeOther);
        (await PageScene.GetAsync(browser, "/")).Text.ShouldContain("Paused");
        (await PageScene.GetAsync(browser, $"/accounts/{account}")).Text.ShouldContain("paused since");
        StatusReport status = await scene.Account.NewProcess().GetRequiredService<StatusReader>().ReadAsync([scene.Account.Account], default);
        status.Accounts.ShouldHaveSingleItem().PausedAt.ShouldNotBeNull();
        (await PageScene.PressAsync(browser, $"/actions/sync?account={account}")).ShouldBe(HttpStatusCode.SeeOther);
        scene.Begun.ShouldHaveSingleItem().AppId.ShouldBe(account);
        (await PageScene.PressAsync(browser, $"/actions/resume?account={account}")).ShouldBe(HttpStatusCode.SeeOther);
        (await PageScene.PressAsync(browser, $"/actions/resume?account={account}")).ShouldBe(HttpStatusCode.SeeOther);
        (await PageScene.GetAsync(browser, $"/accounts/{account}")).Text.ShouldNotContain("paused since");
        (await PageScene.GetAsync(browser, "/actions")).Text.ShouldContain("The account was not paused.");
        (await PageScene.GetAsync(browser, "/actions?culture=zh-CN")).Text.ShouldContain("该公众号没有暂停。");
        (await scene.Tables.ReadAsync<string>(Kept)).ShouldBe("pause -  127.0.0.1 done |sync -  127.0.0.1 done |resume -  127.0.0.1 done |resume -  127.0.0.1 refused ");
    }

    [Fact]
    public async Task A_form_is_good_at_every_worker_and_a_forged_one_nowhere()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        await scene.StartAsync();
        Uri second = await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();
        string account = scene.Account.Account.AppId;

        foreach ((HttpClient sender, string? site, bool hasField) in new (HttpClient, string?, bool)[] { (scene.NewBrowser(), null, false), (scene.NewBrowser(), null, true), (browser, "cross-site", true), (browser, "same-site", true) })
        {
            (_, string html) = await PageScene.GetAsync(browser, $"/actions/pause?account={account}");
            string token = html.Split("__RequestVerificationToken\" value=\"")[1].Split('"')[0];
            using HttpRequestMessage forged = new(HttpMethod.Post, "/actions/pause")
            {
                Content = new FormUrlEncodedContent(hasField ? [new("account", account), new("__RequestVerificationToken", token)] : [new KeyValuePair<string, string>("account", account)]),
            };
            if (site is not null)
                forged.Headers.Add("Sec-Fetch-Site", site);
            using HttpResponseMessage answer = await sender.SendAsync(forged);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        }

        using StringContent json = new("{}", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage noForm = await browser.PostAsync(new Uri("/actions/pause", UriKind.Relative), json);
        noForm.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using FormUrlEncodedContent large = new([new("account", new string('a', WebListener.LargestBody))]);
        using HttpResponseMessage tooLarge = await browser.PostAsync(new Uri("/actions/pause", UriKind.Relative), large);
        tooLarge.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using StringContent parts = new("", new System.Net.Http.Headers.MediaTypeHeaderValue("multipart/form-data"));
        using HttpResponseMessage malformed = await browser.PostAsync(new Uri("/actions/pause", UriKind.Relative), parts);
        malformed.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        scene.Log.Lines.ShouldBeEmpty();
        (await scene.Tables.ReadAsync<long>("select count(*) from followersync.page_actions")).ShouldBe(0);
        (await PageScene.PressAsync(browser, $"/actions/pause?account={account}", second)).ShouldBe(HttpStatusCode.SeeOther, "cookies do not know ports");
        (await scene.Tables.ReadAsync<long>("select count(*) from followersync.pauses")).ShouldBe(1);
    }

    [Fact]
    public async Task By_the_https_address_of_a_proxy_cookies_are_for_https_alone_and_by_every_address_forms_work()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        foreach ((string publicBase, string? host, bool secure) in new (string, string?, bool)[]
        {
            ("https://followers.example", "followers.example", true), ("https://followers.example", "Followers.Example:443", true), ("https://followers.example:8443", "followers.example:8443", true),
            ("https://followers.example:8443", "followers.example", false), ("http://followers.example", "followers.example", false), ("https://followers.example", null, false),
        })
        {
            scene.Options.PublicBase = new Uri(publicBase);
            Uri page = await scene.StartAsync();
            HttpClient browser = scene.NewBrowser();
            using HttpRequestMessage ask = new(HttpMethod.Get, new Uri(page, $"/actions/sync?account={scene.Account.Account.AppId}&culture=en"));
            (ask.Headers.Host, string way) = (host, $"{publicBase} by {host}");
            ask.Headers.Add("X-Forwarded-Proto", "https");
            using HttpResponseMessage question = await browser.SendAsync(ask);

            string[] cookies = [.. question.Headers.GetValues("Set-Cookie")];
            cookies.Select(cookie => cookie.Split('=')[0]).Distinct(StringComparer.Ordinal).ShouldBe(["followersync-language", "followersync-form"], ignoreOrder: true);
            cookies.ShouldAllBe(cookie => cookie.Contains("; secure", StringComparison.Ordinal) == secure, way);
            using HttpRequestMessage press = new(HttpMethod.Post, new Uri(page, "/actions/sync")) { Content = PageScene.FormOf(await question.Content.ReadAsStringAsync()) };
            press.Headers.Host = host;
            press.Headers.Add("Cookie", string.Join("; ", cookies.Select(cookie => cookie.Split(';')[0])));
            using HttpResponseMessage done = await browser.SendAsync(press);
            done.StatusCode.ShouldBe(HttpStatusCode.SeeOther, way);
        }

        scene.Begun.Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_page_that_is_read_only_does_nothing_and_offers_nothing()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        await scene.Account.SyncAsync();
        scene.Options.ReadOnly = true;
        await scene.StartAsync();
        HttpClient browser = scene.NewBrowser();
        string account = scene.Account.Account.AppId;

        (await PageScene.GetAsync(browser, $"/accounts/{account}")).Text.ShouldNotContain("/actions/sync");
        (await PageScene.GetAsync(browser, $"/actions/sync?account={account}")).Status.ShouldBe(HttpStatusCode.Forbidden);
        using FormUrlEncodedContent form = new([new("account", account)]);
        using HttpResponseMessage answer = await browser.PostAsync(new Uri("/actions/sync", UriKind.Relative), form);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        scene.Begun.ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_who_knows_the_password_sees_anything_and_guessing_is_slow()
    {
        await using PageScene scene = await PageScene.CreateAsync(followers: 1);
        scene.Options.Password = "密码 of the tests";
        await scene.StartAsync();

        using (HttpResponseMessage asked = await scene.NewBrowser().GetAsync(new Uri("/", UriKind.Relative)))
        {
            asked.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            asked.Headers.WwwAuthenticate.ToString().ShouldContain("Basic realm=\"FollowerSync\"");
        }

        foreach (string path in new[] { "/", "/accounts/x", "/runs/1", "/actions", "/api/status", "/api/progress", "/api/history?account=x", "/files/page.css", "/nowhere" })
            (await PageScene.GetAsync(scene.NewBrowser(), path)).Status.ShouldBe(HttpStatusCode.Unauthorized, path);
        (await PageScene.GetAsync(scene.NewBrowser(), "/health/live")).Status.ShouldBe(HttpStatusCode.OK);
        (await PageScene.GetAsync(scene.NewBrowser(password: scene.Options.Password), "/")).Status.ShouldBe(HttpStatusCode.OK);
        HttpClient guesser = scene.NewBrowser(password: "密码");
        for (int guess = 0; guess < 10; guess++)
            (await PageScene.GetAsync(guesser, "/")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await PageScene.GetAsync(guesser, "/")).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        (await PageScene.GetAsync(scene.NewBrowser(password: scene.Options.Password), "/")).Status.ShouldBe(HttpStatusCode.TooManyRequests, "else a right guess would be told from a wrong one");
    }
}
