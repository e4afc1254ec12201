using System.Collections.Specialized;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using System.Web;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Faults;
using FollowerSync.Emulator.Visitors;
using FollowerSync.OAuth;

namespace FollowerSync.IntegrationTests.OAuth;

public sealed partial class OAuthFlowTests
{
    [Fact]
    public async Task The_visitor_goes_to_WeChat_with_every_part_of_the_address_in_its_order()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        scene.WeChat.AuthorizeAddress = new Uri("https://open.weixin.qq.com");
        using Browser browser = new();

        Browser.Seen start = await browser.OpenAsync(await scene.NewWorkerAsync(), Start(scene));

        start.Status.ShouldBe(HttpStatusCode.Found);
        State().Replace(start.Location!, "STATE").ShouldBe(
            $"https://open.weixin.qq.com/connect/oauth2/authorize?appid={scene.Account.AppId}&redirect_uri=https%3A%2F%2Ffs.example%2Foauth%2F{scene.Account.AppId}%2Fback"
            + "&response_type=code&scope=snsapi_base&state=STATE#wechat_redirect");
        Cookie().Replace(start.SetCookies.ShouldHaveSingleItem(), "COOKIE").ShouldBe($"COOKIE; Max-Age=600; Path=/oauth/{scene.Account.AppId}; HttpOnly; Secure; SameSite=Lax");
        start.Headers["Cache-Control"].ShouldBe("no-store");
        start.Headers["Referrer-Policy"].ShouldBe("no-referrer");
    }

    [Fact]
    public async Task Started_on_one_machine_and_back_on_another_the_visitor_reaches_the_page_with_a_signed_openid()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker one = await scene.NewWorkerAsync(), two = await scene.NewWorkerAsync();
        using Browser browser = new();
        EmulatedFollower person = scene.Emulator.Account.Followers().First();
        scene.Emulator.Account.Visitors.Expect(person.OpenId);

        string back = await browser.ComeBackAsync(one, $"{Start(scene)}&state=cart-42~a_b.c");
        Browser.Seen end = await browser.OpenAsync(two, back);

        end.Status.ShouldBe(HttpStatusCode.Found);
        end.Location!.ShouldStartWith("https://shop.example/welcome?campaign=7&x=%E4%BD%A0&fs_openid=");
        end.Location.ShouldEndWith("#top");
        NameValueCollection told = Query(end.Location);
        told["fs_openid"].ShouldBe(person.OpenId);
        told["fs_state"].ShouldBe("cart-42~a_b.c");
        told["fs_time"].ShouldBe(scene.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        told["fs_sig"].ShouldBe(Signature(scene, told));
        end.Headers["Cache-Control"].ShouldBe("no-store");
        end.SetCookies.ShouldHaveSingleItem().ShouldBe($"{browser.Cookies.Single().Key}={browser.Cookies.Single().Value}; Max-Age=60; Path=/oauth/{scene.Account.AppId}; HttpOnly; Secure; SameSite=Lax");
    }

    [Fact]
    public async Task The_same_state_again_never_exchanges_another_code_and_after_half_a_minute_is_refused_on_either_machine()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker one = await scene.NewWorkerAsync(), two = await scene.NewWorkerAsync();
        using Browser browser = new();
        string back = await browser.ComeBackAsync(one, Start(scene));
        string first = (await browser.OpenAsync(two, back)).Location!;
        string other = WithCode(back, scene.Emulator.Account.Visitors.GiveCode(scene.Emulator.Account.Visitors.AddStranger()));

        (await browser.OpenAsync(two, other)).Location.ShouldBe(first);
        (await browser.OpenAsync(one, other)).Location.ShouldBe($"/oauth/{scene.Account.AppId}/start?to=shop&again=1");

        scene.Time.Advance(FirstAnswers.Life);
        await scene.Tables.ExecuteAsync("update followersync.oauth_nonces set spent_at = spent_at - interval '30 seconds'");
        foreach (OAuthScene.Worker worker in new[] { one, two, one, await scene.NewWorkerAsync() })
        {
            Browser.Seen again = await browser.OpenAsync(worker, other);
            again.Status.ShouldBe(HttpStatusCode.BadRequest);
            again.Body.ShouldContain($"/oauth/{scene.Account.AppId}/start?to=shop");
        }

        scene.Emulator.Requests.Count("/sns/oauth2/access_token").ShouldBe(1);
        (await scene.CountAsync("wechat.visitors")).ShouldBe(1);
        (await scene.CountAsync("followersync.oauth_nonces")).ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_way_back_that_is_loaded_twice_at_once_ends_both_times_at_one_page(bool isSameCode)
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new(), twin = new();
        string back = await browser.ComeBackAsync(worker, Start(scene));
        foreach ((string name, string value) in browser.Cookies)
            twin.Cookies[name] = value;
        string again = isSameCode ? back : WithCode(back, scene.Emulator.Account.Visitors.GiveCode(scene.Emulator.Account.Visitors.AddStranger()));

        Browser.Seen[] ends = await Task.WhenAll(browser.OpenAsync(worker, back), twin.OpenAsync(worker, again));

        ends[0].Location!.ShouldContain("fs_openid=");
        ends[1].Location.ShouldBe(ends[0].Location);
        scene.Emulator.Requests.Count("/sns/oauth2/access_token").ShouldBe(1);
        (await scene.CountAsync("followersync.arrivals")).ShouldBe(1);
        (await scene.CountAsync("followersync.oauth_nonces")).ShouldBe(1);
    }

    [Fact]
    public async Task Between_two_machines_a_visitor_goes_through_WeChat_once_more_and_not_in_a_circle()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker one = await scene.NewWorkerAsync(), two = await scene.NewWorkerAsync();
        using Browser browser = new();
        string start = Start(scene);
        foreach (HttpStatusCode expected in new[] { HttpStatusCode.Found, HttpStatusCode.BadRequest })
        {
            string back = await browser.ComeBackAsync(one, start);
            (await browser.OpenAsync(one, back)).Location!.ShouldContain("fs_openid=");
            Browser.Seen second = await browser.OpenAsync(two, back);
            second.Status.ShouldBe(expected);
            start = second.Location ?? start;
        }
    }

    [Fact]
    public async Task Many_visitors_take_turns_on_two_machines_and_each_arrives_as_who_they_are()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker[] workers = [await scene.NewWorkerAsync(), await scene.NewWorkerAsync()];
        string[] people = [.. scene.Emulator.Account.Followers().Take(20).Select(person => person.OpenId)];
        Browser[] browsers = [.. people.Select(_ => new Browser())];
        string[] backs = new string[people.Length];
        for (int i = 0; i < people.Length; i++)
        {
            scene.Emulator.Account.Visitors.Expect(people[i]);
            backs[i] = await browsers[i].ComeBackAsync(workers[i % 2], Start(scene));
        }

        Browser.Seen[] ends = await Task.WhenAll(backs.Select((back, i) => browsers[i].OpenAsync(workers[(i + 1) % 2], back)));

        ends.Select(end => Query(end.Location!)["fs_openid"]).ShouldBe(people);
        (await scene.CountAsync("wechat.visitors")).ShouldBe(20);
        foreach (Browser browser in browsers)
            browser.Dispose();
    }

    [Fact]
    public async Task Two_visits_at_once_in_one_browser_do_not_tread_on_each_other()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        List<string> backs = [];
        while (browser.Cookies.Count < 2)
            backs.Add(await browser.ComeBackAsync(worker, Start(scene)));

        (await browser.OpenAsync(worker, backs[0])).Status.ShouldBe(HttpStatusCode.Found);
        (await browser.OpenAsync(worker, backs[^1])).Status.ShouldBe(HttpStatusCode.Found);
    }

    [Fact]
    public async Task A_visit_is_a_visitor_and_one_arrival_in_the_inbox()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        string stranger = scene.Emulator.Account.Visitors.AddStranger();
        for (int visit = 0; visit < 3; visit++)
        {
            scene.Emulator.Account.Visitors.Expect(stranger);
            (await browser.VisitAsync(worker, Start(scene))).Status.ShouldBe(HttpStatusCode.Found);
        }

        (await scene.CountAsync($"wechat.visitors where app_id = '{scene.Account.AppId}' and openid = '{stranger}' and visits = 3 and subscribed is null")).ShouldBe(1);
        (await scene.CountAsync($"followersync.arrivals where openid = '{stranger}' and kind = 'visit' and source = 'oauth' and trusted and state = 'waiting'")).ShouldBe(3);
        (await scene.CountAsync("wechat.followers")).ShouldBe(0);
    }

    [Theory]
    [InlineData(40163)]
    [InlineData(40029)]
    [InlineData(42003)]
    public async Task A_used_bad_or_expired_code_is_one_more_try_and_then_a_plain_page(int errorCode)
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        scene.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = errorCode, Path = "/sns/oauth2/access_token" });
        using Browser browser = new() { AcceptLanguage = "zh-CN,zh;q=0.9,en;q=0.8" };

        Browser.Seen first = await browser.VisitAsync(worker, $"{Start(scene)}&state=mine");
        first.Status.ShouldBe(HttpStatusCode.Found);
        first.Location!.ShouldStartWith($"/oauth/{scene.Account.AppId}/start?to=shop&state=mine");
        Browser.Seen second = await browser.VisitAsync(worker, first.Location!);

        second.Status.ShouldBe(HttpStatusCode.BadRequest);
        second.Location.ShouldBeNull();
        second.Body.ShouldContain("微信");
        second.Body.ShouldNotContain(errorCode.ToString(CultureInfo.InvariantCulture));
        (await scene.CountAsync("wechat.visitors")).ShouldBe(0);
    }

    [Fact]
    public async Task The_second_try_that_works_brings_the_visitor_and_their_state_to_the_page()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        string back = await browser.ComeBackAsync(worker, $"{Start(scene)}&state=mine");

        Browser.Seen again = await browser.OpenAsync(worker, WithCode(back, "made-up-code"));
        Browser.Seen end = await browser.VisitAsync(worker, again.Location!);

        NameValueCollection told = Query(end.Location!);
        told["fs_state"].ShouldBe("mine");
        told["fs_openid"].ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("zh-TW", "zh")]
    [InlineData("en-US,en;q=0.9,zh;q=0.8", "en")]
    [InlineData("fr,zh;q=0.5,en;q=0.1", "zh")]
    [InlineData("de-DE", "en")]
    [InlineData(null, "zh")]
    [InlineData(";;;,,q=x", "en")]
    [InlineData("zh;q=0,en", "en")]
    public async Task A_page_that_ends_the_way_is_in_the_language_of_the_visitor(string? accepted, string language)
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        using Browser browser = new() { AcceptLanguage = accepted };

        Browser.Seen page = await browser.OpenAsync(await scene.NewWorkerAsync(), $"/oauth/{scene.Account.AppId}/start?to=nowhere");

        page.Status.ShouldBe(HttpStatusCode.BadRequest);
        page.Body.ShouldContain($"<html lang=\"{language}\">");
        page.Headers["Cache-Control"].ShouldBe("no-store");
    }

    [Fact]
    public async Task A_visitor_who_refused_or_looks_at_a_snapshot_is_sent_on_and_nothing_is_collected()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        string person = scene.Emulator.Account.Followers().First().OpenId;
        scene.Emulator.Account.Visitors.Expect(person, refuses: true);
        scene.Emulator.Account.Visitors.Expect(person, isSnapshot: true);

        foreach (string state in new[] { "a", "" })
        {
            Browser.Seen end = await browser.VisitAsync(worker, $"{Start(scene)}&state={state}");

            end.Status.ShouldBe(HttpStatusCode.Found);
            end.Location.ShouldBe($"https://shop.example/welcome?campaign=7&x=%E4%BD%A0&fs_state={state}#top");
        }

        (await scene.CountAsync("wechat.visitors")).ShouldBe(0);
        (await scene.CountAsync("followersync.arrivals")).ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("code=&")]
    [InlineData("code=authdeny&")]
    public async Task Every_way_to_come_back_without_a_code_is_a_refusal(string code)
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        string back = await browser.ComeBackAsync(worker, OAuthFlowTests.Start(scene));

        (await browser.OpenAsync(worker, back.Replace($"code={Query(back)["code"]}&", code, StringComparison.Ordinal))).Location!.ShouldEndWith("&fs_state=#top");

        scene.Emulator.Requests.Count("/sns/oauth2/access_token").ShouldBe(0);
    }

    [Theory]
    [InlineData("code=a&code=b&")]
    [InlineData("code=%00&")]
    [InlineData("code=a%0d%0ab&")]
    [InlineData("code=%E4%BD%A0&")]
    public async Task A_code_that_cannot_be_one_is_refused_before_anything_is_spent(string code)
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        string back = await browser.ComeBackAsync(worker, OAuthFlowTests.Start(scene));

        (await browser.OpenAsync(worker, back.Replace($"code={Query(back)["code"]}&", code, StringComparison.Ordinal))).Status.ShouldBe(HttpStatusCode.BadRequest);

        (await browser.OpenAsync(worker, back)).Status.ShouldBe(HttpStatusCode.Found);
    }

    [Fact]
    public async Task An_AppSecret_that_was_renewed_in_the_settings_is_used_for_the_same_visitor()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        scene.Account.AppSecret = "00000000000000000000000000000000";
        scene.NewSettings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["WeChat:Accounts:0:AppId"] = scene.Account.AppId,
            ["WeChat:Accounts:0:AppSecret"] = scene.Emulator.Account.AppSecret,
        };
        using Browser browser = new();

        Query((await browser.VisitAsync(await scene.NewWorkerAsync(), Start(scene))).Location!)["fs_openid"].ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_target_without_a_key_gets_no_openid_though_the_visit_is_kept()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        using Browser browser = new();

        Browser.Seen end = await browser.VisitAsync(await scene.NewWorkerAsync(), $"/oauth/{scene.Account.AppId}/start?to=plain");

        end.Location.ShouldBe("https://plain.example/?fs_state=");
        (await scene.CountAsync("wechat.visitors")).ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_agreed_is_known_by_nickname_and_unionid()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        scene.Account.OAuth.Scope = "snsapi_userinfo";
        using Browser browser = new();
        EmulatedFollower person = scene.Emulator.Account.Followers().First(follower => follower.UnionId is not null);
        scene.Emulator.Account.Visitors.Expect(person.OpenId);

        Browser.Seen end = await browser.VisitAsync(await scene.NewWorkerAsync(), Start(scene));

        NameValueCollection told = Query(end.Location!);
        told["fs_unionid"].ShouldBe(person.UnionId);
        told["fs_sig"].ShouldBe(Signature(scene, told));
        (await scene.Tables.ReadAsync<string>($"select nickname || '/' || unionid from wechat.visitors where openid = '{person.OpenId}'")).ShouldBe($"{person.Nickname}/{person.UnionId}");
    }

    [Fact]
    public async Task Without_the_profile_the_openid_is_enough()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        scene.Account.OAuth.Scope = "snsapi_userinfo";
        scene.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = 48001, Path = "/sns/userinfo" });
        using Browser browser = new();

        Browser.Seen end = await browser.VisitAsync(await scene.NewWorkerAsync(), Start(scene));

        Query(end.Location!)["fs_openid"].ShouldNotBeNullOrEmpty();
        (await scene.CountAsync("wechat.visitors where nickname is null")).ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_of_other_accounts_and_no_other_path_answers()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();

        foreach (string path in new[]
        {
            "/", "/oauth", $"/oauth/{scene.Account.AppId}", $"/oauth/{scene.Account.AppId}/start/", $"/oauth/{scene.Account.AppId}/other", "/oauth/wxffffffffffffffff/start?to=shop",
            $"/oauth/{scene.Account.AppId.ToUpperInvariant()}/start?to=shop", "/oauth//start?to=shop", "/health/live",
        })
        {
            Browser.Seen seen = await browser.OpenAsync(worker, path);
            if (path.EndsWith("/start/", StringComparison.Ordinal))
                seen.Status.ShouldBe(HttpStatusCode.BadRequest);
            else
                seen.Status.ShouldBe(HttpStatusCode.NotFound, path);
            seen.SetCookies.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Visitors_of_the_demo_kind_are_strangers_followers_snapshots_and_refusals_by_turns()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync(new EmulatorOptions { Followers = 50, Visitors = new VisitorOptions { StrangersPercent = 50, RefusePercent = 10, SnapshotPercent = 10 } });
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        int known = 0;
        for (int visit = 0; visit < 20; visit++)
            known += Query((await browser.VisitAsync(worker, Start(scene))).Location!)["fs_openid"] is null ? 0 : 1;

        known.ShouldBe(18);
        (await scene.CountAsync("followersync.arrivals")).ShouldBe(18);
    }

    internal static string Start(OAuthScene scene) => $"/oauth/{scene.Account.AppId}/start?to=shop";

    internal static NameValueCollection Query(string address) => HttpUtility.ParseQueryString(new Uri(address).Query);

    /// <summary>The way back with another code.</summary>
    internal static string WithCode(string back, string code) => Code().Replace(back, $"code={Uri.EscapeDataString(code)}");

    private static string Signature(OAuthScene scene, NameValueCollection told) => Convert.ToHexStringLower(HMACSHA256.HashData(
        Encoding.UTF8.GetBytes(OAuthScene.ShopKey),
        Encoding.UTF8.GetBytes($"{scene.Account.AppId}|{told["fs_openid"]}|{told["fs_unionid"]}|{told["fs_state"]}|{told["fs_time"]}")));

    [GeneratedRegex("(?<=&state=)[0-9a-f]{76}(?=#)", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex State();

    [GeneratedRegex("^fs_oauth_[0-9]+=[0-9a-f]{32}", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Cookie();

    [GeneratedRegex("code=[^&]*", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Code();
}
