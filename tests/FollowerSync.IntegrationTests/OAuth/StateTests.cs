using System.Net;
using FollowerSync.Accounts;
using FollowerSync.OAuth;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.IntegrationTests.OAuth;

/// <summary>A state holds once, for one account, one page and one browser, for ten minutes.</summary>
public sealed class StateTests
{
    private const int Slots = 64;

    [Fact]
    public async Task No_bit_of_a_state_and_no_letter_of_its_text_can_be_changed()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        string back = await browser.ComeBackAsync(worker, OAuthFlowTests.Start(scene));
        string state = OAuthFlowTests.Query(back)["state"]!;
        // Whatever nonce the changed state has, its cookie is there.
        (string name, string cookie) = browser.Cookies.Single();
        for (int slot = 0; slot < Slots; slot++)
            browser.Cookies[$"fs_oauth_{slot}"] = cookie;

        foreach (string forged in Forgeries(state))
            (await browser.OpenAsync(worker, back.Replace(state, forged, StringComparison.Ordinal))).Status.ShouldBe(HttpStatusCode.BadRequest, forged);

        browser.Cookies[name] = cookie;
        (await browser.OpenAsync(worker, back)).Status.ShouldBe(HttpStatusCode.Found);
        (await scene.CountAsync("followersync.oauth_nonces")).ShouldBe(1);
    }

    [Fact]
    public async Task No_bit_of_the_cookie_can_be_changed()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        string back = await browser.ComeBackAsync(worker, $"{OAuthFlowTests.Start(scene)}&state=cart1");
        (string name, string cookie) = browser.Cookies.Single();

        foreach (string forged in new[] { cookie[..^1], $"{cookie}2", cookie[..32], cookie.Replace("cart1", "cart2", StringComparison.Ordinal), $"{cookie[..32]}..{cookie[33..]}", "" }
            .Concat(Enumerable.Range(0, 32).Select(at => $"{cookie[..at]}{(cookie[at] == '0' ? '1' : '0')}{cookie[(at + 1)..]}")))
        {
            browser.Cookies[name] = forged;
            (await browser.OpenAsync(worker, back)).Status.ShouldBe(HttpStatusCode.BadRequest, forged);
        }

        browser.Cookies[name] = cookie;
        OAuthFlowTests.Query((await browser.OpenAsync(worker, back)).Location!)["fs_state"].ShouldBe("cart1");
    }

    [Fact]
    public async Task A_state_moved_to_another_browser_is_refused_with_and_without_a_cookie_of_its_own()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser victim = new(), attacker = new();
        string back = await attacker.ComeBackAsync(worker, OAuthFlowTests.Start(scene));

        (await victim.OpenAsync(worker, back)).Status.ShouldBe(HttpStatusCode.BadRequest);
        await victim.ComeBackAsync(worker, OAuthFlowTests.Start(scene));
        string own = victim.Cookies.Single().Value;
        for (int slot = 0; slot < Slots; slot++)
            victim.Cookies[$"fs_oauth_{slot}"] = own;
        (await victim.OpenAsync(worker, back)).Status.ShouldBe(HttpStatusCode.BadRequest);

        (await scene.CountAsync("wechat.visitors")).ShouldBe(0);
        (await attacker.OpenAsync(worker, back)).Status.ShouldBe(HttpStatusCode.Found);
    }

    [Theory]
    [InlineData("Sec-Purpose: prefetch;prerender")]
    [InlineData("Purpose: prefetch")]
    [InlineData("X-Purpose: preview")]
    [InlineData("X-Moz: prefetch")]
    public async Task A_browser_that_only_looks_ahead_spends_neither_state_nor_code(string header)
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        string back = await browser.ComeBackAsync(worker, OAuthFlowTests.Start(scene));

        RawRequest.Answer ahead = await RawRequest.GetAsync(
            worker.Address, back[OAuthScene.PublicBase.Length..], $"Host: fs.example\r\n{header}\r\nCookie: {CookiesOf(browser)}\r\n");

        ahead.Status.ShouldBe(503);
        ahead.Headers.ShouldNotContain(one => one.Name == "Set-Cookie" || one.Name == "Location");
        (await browser.OpenAsync(worker, back)).Location!.ShouldContain("fs_openid=");
    }

    [Theory]
    [InlineData("{0}; {1}=of-a-neighbouring-host")]
    [InlineData("{1}=of-a-neighbouring-host; {0}")]
    public async Task A_cookie_that_a_neighbouring_host_puts_beside_ours_keeps_nobody_out(string header)
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        string back = await browser.ComeBackAsync(worker, $"{OAuthFlowTests.Start(scene)}&state=cart1");
        string cookies = string.Format(System.Globalization.CultureInfo.InvariantCulture, header, CookiesOf(browser), browser.Cookies.Single().Key);

        RawRequest.Answer answer = await RawRequest.GetAsync(worker.Address, back[OAuthScene.PublicBase.Length..], $"Host: fs.example\r\nCookie: {cookies}\r\n");

        OAuthFlowTests.Query(answer.Location!)["fs_state"].ShouldBe("cart1");
    }

    [Fact]
    public async Task Visits_that_are_never_finished_do_not_pile_up_cookies_until_a_proxy_refuses_the_browser()
    {
        const int LongestHeaderOfNginx = 8 * 1024;
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        string start = $"{OAuthFlowTests.Start(scene)}&state={new string('s', 128)}";
        for (int visit = 0; visit < 200; visit++)
        {
            (await browser.OpenAsync(worker, start)).Status.ShouldBe(HttpStatusCode.Found);
            CookiesOf(browser).Length.ShouldBeLessThan(LongestHeaderOfNginx / 2);
        }

        (await browser.VisitAsync(worker, start)).Location!.ShouldContain("fs_openid=");
    }

    [Theory]
    [InlineData(599, HttpStatusCode.Found)]
    [InlineData(601, HttpStatusCode.BadRequest)]
    [InlineData(86_400, HttpStatusCode.BadRequest)]
    public async Task A_state_holds_for_ten_minutes(int seconds, HttpStatusCode expected)
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        string back = await browser.ComeBackAsync(worker, OAuthFlowTests.Start(scene));
        scene.Time.Advance(TimeSpan.FromSeconds(seconds));

        string late = OAuthFlowTests.WithCode(back, scene.Emulator.Account.Visitors.GiveCode(scene.Emulator.Account.Visitors.AddStranger()));

        (await browser.OpenAsync(worker, late)).Status.ShouldBe(expected);
    }

    [Theory]
    [InlineData(-4, HttpStatusCode.Found)]
    [InlineData(4, HttpStatusCode.Found)]
    [InlineData(-6, HttpStatusCode.BadRequest)]
    [InlineData(11, HttpStatusCode.BadRequest)]
    public async Task Clocks_of_machines_behind_one_address_may_differ_by_minutes_and_no_more(int minutes, HttpStatusCode expected)
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker one = await scene.NewWorkerAsync();
        OAuthScene.Worker other = await scene.NewWorkerAsync(new FakeTimeProvider(scene.Time.GetUtcNow().AddMinutes(minutes)));
        using Browser browser = new();

        string back = await browser.ComeBackAsync(one, OAuthFlowTests.Start(scene));

        (await browser.OpenAsync(other, back)).Status.ShouldBe(expected);
    }

    [Fact]
    public async Task A_state_of_another_account_is_refused()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        AccountOptions other = new() { Name = "Other", AppId = "wx00000000000000e2", AppSecret = scene.Account.AppSecret };
        other.OAuth.Targets["shop"] = scene.Account.OAuth.Targets["shop"];
        scene.WeChat.Accounts.Add(other);
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        string back = await browser.ComeBackAsync(worker, OAuthFlowTests.Start(scene));

        (await browser.OpenAsync(worker, back.Replace(scene.Account.AppId, other.AppId, StringComparison.Ordinal))).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await browser.OpenAsync(worker, back)).Status.ShouldBe(HttpStatusCode.Found);
    }

    [Fact]
    public async Task The_previous_key_is_taken_while_it_is_changed_and_not_afterwards()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker before = await scene.NewWorkerAsync();
        (scene.Arrivals.StateKey, scene.Arrivals.PreviousStateKey) = (new string('b', 64), scene.Arrivals.StateKey);
        OAuthScene.Worker during = await scene.NewWorkerAsync();
        scene.Arrivals.PreviousStateKey = "";
        OAuthScene.Worker after = await scene.NewWorkerAsync();
        using Browser browser = new();
        string back = await browser.ComeBackAsync(before, OAuthFlowTests.Start(scene));

        (await browser.OpenAsync(after, back)).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await browser.OpenAsync(during, back)).Status.ShouldBe(HttpStatusCode.Found);
        (await browser.VisitAsync(during, OAuthFlowTests.Start(scene))).Status.ShouldBe(HttpStatusCode.Found);
        string signedAnew = await browser.ComeBackAsync(during, OAuthFlowTests.Start(scene));
        (await browser.OpenAsync(after, signedAnew)).Status.ShouldBe(HttpStatusCode.Found);
    }

    [Fact]
    public async Task Settings_that_name_more_pages_in_another_order_send_nobody_to_a_wrong_one()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker before = await scene.NewWorkerAsync();
        byte mark = new Target("shop", new Uri(OAuthScene.ShopUrl), "").Mark;
        string twin = Enumerable.Range(0, 100_000).Select(number => $"a{number}").First(name => new Target(name, new Uri(OAuthScene.ShopUrl), "").Mark == mark);
        OAuthTarget shop = scene.Account.OAuth.Targets["shop"];
        scene.Account.OAuth.Targets = new Dictionary<string, OAuthTarget>(StringComparer.OrdinalIgnoreCase)
        {
            [twin] = new OAuthTarget { Url = new Uri("https://other.example/"), Key = OAuthScene.ShopKey },
            ["SHOP"] = shop,
        };
        OAuthScene.Worker reordered = await scene.NewWorkerAsync();
        scene.Account.OAuth.Targets.Remove("shop");
        OAuthScene.Worker without = await scene.NewWorkerAsync();
        using Browser browser = new();
        string back = await browser.ComeBackAsync(before, OAuthFlowTests.Start(scene));

        (await browser.OpenAsync(without, back)).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await browser.OpenAsync(reordered, back)).Location!.ShouldStartWith("https://shop.example/welcome");
        (await browser.VisitAsync(reordered, $"/oauth/{scene.Account.AppId}/start?to={twin}")).Location!.ShouldStartWith("https://other.example/");
    }

    [Fact]
    public async Task Nonces_of_yesterday_go_in_passing()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        await scene.Tables.ExecuteAsync("insert into followersync.oauth_nonces select decode(md5(n::text), 'hex'), now() - interval '25 hours' from generate_series(1, 150) n");
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();

        await browser.VisitAsync(worker, OAuthFlowTests.Start(scene));
        (await scene.CountAsync("followersync.oauth_nonces")).ShouldBe(51);
        await browser.VisitAsync(worker, OAuthFlowTests.Start(scene));
        (await scene.CountAsync("followersync.oauth_nonces")).ShouldBe(2);
    }

    private static string CookiesOf(Browser browser) => string.Join("; ", browser.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));

    private static IEnumerable<string> Forgeries(string state)
    {
        byte[] bytes = Convert.FromHexString(state);
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] flipped = [.. bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return Convert.ToHexStringLower(flipped);
        }

        for (int at = 0; at < state.Length; at++)
        {
            char other = char.IsAsciiLetter(state[at]) ? char.ToUpperInvariant(state[at]) : 'g';
            yield return $"{state[..at]}{other}{state[(at + 1)..]}";
        }

        foreach (string other in new[] { "", state[..^2], state + "00", state[2..], new string('0', 76), new string('f', 76), $"{state}&state={state}", $"%20{state}", "01" + new string('0', 74) })
            yield return other;
    }
}
