using System.Net;
using System.Text;
using FollowerSync.CommandLine;
using FollowerSync.CommandLine.Checks;
using FollowerSync.Languages;
using FollowerSync.Logging;
using FollowerSync.StatusPage.Guarding;
using FollowerSync.Telemetry.Exporting;
using FollowerSync.Web;
using FollowerSync.WeChat.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;

namespace FollowerSync.IntegrationTests.StatusPage;

/// <summary>Signing in to the page at a provider of OpenID Connect: who comes in, who does not, and what each of them is told.</summary>
public sealed class SignInTests : IClassFixture<SignInScene>
{
    private readonly SignInScene _scene;

    public SignInTests(SignInScene scene)
    {
        _scene = scene;
        _scene.Reset();
    }

    [Fact]
    public async Task Whoever_is_allowed_comes_back_to_the_page_they_wanted_and_acts_under_their_name_at_every_worker()
    {
        Uri second = await _scene.Page.StartAsync();
        HttpClient browser = _scene.Page.NewBrowser();
        string account = _scene.Page.Account.Account.AppId;

        SignInEnd end = await SignInAsync(browser, $"/accounts/{account}?culture=en");

        end.Location.ShouldBe($"/accounts/{account}?culture=en", string.Join('\n', _scene.Page.SignInLog.Lines));
        end.Session!.ShouldContain("httponly");
        end.Session!.ShouldContain("samesite=lax");
        end.Session!.ShouldNotContain("expires", Case.Insensitive, "it ends with the browser");
        _scene.Provider.Asked["scope"].ToString().Split(' ').ShouldBe(["openid", "profile", "email"], ignoreOrder: true);
        (await PageScene.GetAsync(browser, "/")).Text.ShouldContain("Sign out (wang.li)");
        (await PageScene.GetAsync(browser, "/api/status")).Status.ShouldBe(HttpStatusCode.OK);
        (await PageScene.PressAsync(browser, $"/actions/pause?account={account}", second)).ShouldBe(HttpStatusCode.SeeOther);
        (await _scene.Page.Tables.ReadAsync<string>("select actor from followersync.page_actions order by action_id desc limit 1")).ShouldBe("wang.li (4711)");
    }

    [Fact]
    public async Task A_name_that_its_owner_chose_is_told_from_another_and_shows_as_itself()
    {
        (_scene.Provider.Person["sub"], _scene.Provider.Person["preferred_username"]) = ("5", "wang.li (4711)\u202e\u200b\ud83d\ude00");
        HttpClient browser = _scene.Page.NewBrowser();
        await SignInAsync(browser, "/");

        (await PageScene.PressAsync(browser, $"/actions/pause?account={_scene.Page.Account.Account.AppId}")).ShouldBe(HttpStatusCode.SeeOther);

        (await _scene.Page.Tables.ReadAsync<string>("select actor from followersync.page_actions order by action_id desc limit 1")).ShouldBe("wang.li (4711)\ud83d\ude00 (5)");
    }

    [Fact]
    public async Task Without_a_session_pages_lead_to_the_provider_and_everything_else_is_refused()
    {
        HttpClient browser = _scene.Page.NewBrowser();

        foreach (string path in new[] { "/api/status", "/api/progress", "/api/history?account=x" })
            (await PageScene.GetAsync(browser, path)).Status.ShouldBe(HttpStatusCode.Unauthorized, path);
        foreach (string path in new[] { "/", "/accounts/x", "/runs/1", "/actions", "/actions/pause?account=x", "/sign-out", "/nowhere" })
            (await PageScene.GetAsync(browser, path)).Status.ShouldBe(HttpStatusCode.Redirect, path);
        _scene.Provider.Pushed.ShouldBe(0, "anybody could make this machine call the provider as often as they like");
        using (FormUrlEncodedContent form = new([new("account", _scene.Page.Account.Account.AppId)]))
        using (HttpResponseMessage pressed = await browser.PostAsync(new Uri("/actions/sync", UriKind.Relative), form))
        {
            pressed.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            (await pressed.Content.ReadAsStringAsync()).ShouldContain("Your session is over");
        }

        _scene.Page.Begun.ShouldBeEmpty();
        browser.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("wang:")));
        (await PageScene.GetAsync(browser, "/api/status")).Status.ShouldBe(HttpStatusCode.Unauthorized, "there is no password");
        (await PageScene.GetAsync(browser, "/health/live")).Status.ShouldBe(HttpStatusCode.OK);
        (await PageScene.GetAsync(browser, "/files/page.css")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(Wrong.Nonce, "does not prove who you are")]
    [InlineData(Wrong.Issuer, "does not prove who you are")]
    [InlineData(Wrong.Audience, "does not prove who you are")]
    [InlineData(Wrong.Key, "does not prove who you are")]
    [InlineData(Wrong.AlgorithmNone, "does not prove who you are")]
    [InlineData(Wrong.NoSignature, "does not prove who you are")]
    [InlineData(Wrong.Expired, "Set both clocks right")]
    public async Task A_token_that_proves_nothing_lets_nobody_in(Wrong wrong, string told)
    {
        _scene.Provider.Wrong = wrong;
        HttpClient browser = _scene.Page.NewBrowser();

        await RefusedAsync(browser, await SignInAsync(browser, "/"), HttpStatusCode.BadGateway, told);
    }

    [Fact]
    public async Task Whoever_is_refused_is_told_by_whom_and_what_to_do()
    {
        HttpClient browser = _scene.Page.NewBrowser();
        _scene.Provider.IsDenied = true;
        await RefusedAsync(browser, await SignInAsync(browser, "/"), HttpStatusCode.Forbidden, "The provider said no");

        _scene.Reset();
        _scene.Provider.Person["email"] = "li@brand.example";
        _scene.Provider.Person["preferred_username"] = "<script>li\n";
        SignInEnd end = await SignInAsync(browser, "/");
        await RefusedAsync(browser, end, HttpStatusCode.Forbidden, "StatusPage:OpenIdConnect:Allowed does not let you in");
        end.Text.ShouldContain("<script>li");
        (await SignInAsync(_scene.Page.NewBrowser("zh-CN"), "/")).Text.ShouldContain("StatusPage:OpenIdConnect:Allowed 不包含您");

        _scene.Reset();
        _scene.Provider.Person["email_verified"] = false;
        await RefusedAsync(browser, await SignInAsync(browser, "/"), HttpStatusCode.Forbidden, "You may not come in");
    }

    [Fact]
    public async Task A_way_back_that_this_browser_did_not_begin_leads_nowhere()
    {
        HttpClient browser = _scene.Page.NewBrowser(), other = _scene.Page.NewBrowser();
        using HttpResponseMessage begun = await other.GetAsync(new Uri("/", UriKind.Relative));
        Uri theirs = await SignInScene.AtProviderAsync(other, begun.Headers.Location!);

        await RefusedAsync(browser, await SignInScene.ComeBackAsync(browser, theirs), HttpStatusCode.BadRequest, "This browser did not begin the sign-in");
        foreach (string query in new[] { "", "?code=abc", "?code=abc&state=forged", "?error=access_denied&state=forged&error_description=forged" })
            await RefusedAsync(browser, await SignInScene.ComeBackAsync(browser, new Uri(_scene.Page.Address, $"/signin-oidc{query}")), HttpStatusCode.BadRequest, "This browser did not begin the sign-in");
        (await SignInScene.ComeBackAsync(other, theirs)).Location.ShouldBe("/", "whoever began it comes in");
        await RefusedAsync(browser, await SignInScene.ComeBackAsync(other, theirs), HttpStatusCode.BadRequest, "This browser did not begin the sign-in");
    }

    [Theory]
    [InlineData("//evil.example/x")]
    [InlineData("/%5Cevil.example/x")]
    [InlineData("/%09/evil.example/x")]
    public async Task The_way_back_stays_on_the_page(string path)
    {
        HttpClient browser = _scene.Page.NewBrowser();
        Uri address = new($"{_scene.Page.Address.GetLeftPart(UriPartial.Authority)}{path}");

        SignInEnd end = await SignInScene.SignInAsync(browser, address);

        new Uri(_scene.Page.Address, end.Location!).Authority.ShouldBe(_scene.Page.Address.Authority, end.Location);
        end.Location!.ShouldNotContain('\\');
        end.Location!.ShouldNotStartWith("//");
    }

    [Fact]
    public async Task A_provider_that_is_away_keeps_the_page_from_nobody_who_is_in_and_is_found_again_by_itself()
    {
        HttpClient inside = _scene.Page.NewBrowser(), outside = _scene.Page.NewBrowser();
        await SignInAsync(inside, "/");
        _scene.Provider.IsAway = true;
        Uri fresh = await _scene.Page.StartAsync();

        SignInEnd end = await SignInScene.ComeBackAsync(outside, fresh);
        end.Status.ShouldBe(HttpStatusCode.ServiceUnavailable, end.Text);
        end.Text.ShouldContain("does not answer. Syncs go on");
        (await inside.GetAsync(fresh)).StatusCode.ShouldBe(HttpStatusCode.OK);

        _scene.Provider.IsAway = false;
        (await SignInScene.SignInAsync(outside, fresh)).Location.ShouldBe("/");
        using HttpResponseMessage begun = await _scene.Page.NewBrowser().GetAsync(fresh);
        begun.StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task A_provider_that_breaks_off_half_way_or_does_not_know_the_page_says_so()
    {
        HttpClient browser = _scene.Page.NewBrowser();
        using HttpResponseMessage begun = await browser.GetAsync(new Uri("/", UriKind.Relative));
        Uri back = await SignInScene.AtProviderAsync(browser, begun.Headers.Location!);
        _scene.Provider.IsAway = true;
        await RefusedAsync(browser, await SignInScene.ComeBackAsync(browser, back), HttpStatusCode.ServiceUnavailable, "does not answer");

        _scene.Reset();
        _scene.Settings.ClientSecret = "another secret";
        Uri fresh = await _scene.Page.StartAsync();
        SignInEnd end = await SignInScene.SignInAsync(browser, fresh);
        _scene.Settings.ClientSecret = StandInProvider.ClientSecret;
        await RefusedAsync(browser, end, HttpStatusCode.BadGateway, "does not take this page's registration");
    }

    [Fact]
    public async Task A_session_of_another_installation_or_of_somebody_no_longer_allowed_is_none()
    {
        HttpClient browser = _scene.Page.NewBrowser();
        await SignInAsync(browser, "/");
        byte[] key = await _scene.Page.Tables.ReadAsync<byte[]>("select page_key from followersync.page_keys");
        await _scene.Page.Tables.ExecuteAsync("update followersync.page_keys set page_key = sha256(page_key)");
        Uri other = await _scene.Page.StartAsync();
        using (HttpResponseMessage first = await browser.GetAsync(other))
            first.StatusCode.ShouldBe(HttpStatusCode.Redirect, "the key is another");
        await _scene.Page.Tables.ExecuteAsync($"update followersync.page_keys set page_key = '\\x{Convert.ToHexString(key)}'");
        _scene.Settings.ClientId = "another-page";
        Uri renamed = await _scene.Page.StartAsync();
        using (HttpResponseMessage first = await browser.GetAsync(renamed))
            first.StatusCode.ShouldBe(HttpStatusCode.Redirect, "it was given to another page of the provider");
        _scene.Settings.ClientId = StandInProvider.ClientId;

        (await PageScene.GetAsync(browser, "/")).Status.ShouldBe(HttpStatusCode.OK);
        _scene.Settings.Allowed = ["li@brand.example"];
        (await PageScene.GetAsync(browser, "/")).Status.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Groups_are_read_of_the_users_information_too_letter_by_letter()
    {
        (_scene.Settings.Claim, _scene.Settings.Allowed) = ("groups", ["followers-operators"]);
        Uri page = await _scene.Page.StartAsync();
        HttpClient browser = _scene.Page.NewBrowser();

        _scene.Provider.PersonInfo["groups"] = new[] { "everybody", "Followers-Operators", "followers" };
        (await SignInScene.SignInAsync(browser, page)).Status.ShouldBe(HttpStatusCode.Forbidden);
        _scene.Provider.PersonInfo["groups"] = new[] { "everybody", "followers-operators" };
        (await SignInScene.SignInAsync(browser, page)).Location.ShouldBe("/");
        _scene.Provider.PersonInfo.Clear();
        _scene.Provider.Person["groups"] = new[] { "everybody", "followers-operators" };
        (await SignInScene.SignInAsync(_scene.Page.NewBrowser(), page)).Location.ShouldBe("/");
    }

    [Fact]
    public async Task A_claim_that_is_named_in_other_capitals_is_another_and_nobody_goes_round_in_circles()
    {
        _scene.Settings.Claim = "Email";
        Uri page = await _scene.Page.StartAsync();
        HttpClient browser = _scene.Page.NewBrowser();

        SignInEnd end = await SignInScene.SignInAsync(browser, page);

        await RefusedAsync(browser, end, HttpStatusCode.Forbidden, "StatusPage:OpenIdConnect:Allowed does not let you in");
        _scene.Page.SignInLog.Lines.ShouldContain(line => line.Contains("no allowed value of Email", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_signs_out_is_out_and_no_other_site_can_do_it_for_them()
    {
        HttpClient browser = _scene.Page.NewBrowser();
        await SignInAsync(browser, "/");

        using (FormUrlEncodedContent forged = new([new("account", "")]))
        using (HttpResponseMessage answer = await browser.PostAsync(new Uri("/sign-out", UriKind.Relative), forged))
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await PageScene.GetAsync(browser, "/sign-out")).Text.ShouldContain("Sign wang.li out of this page?");
        (await PageScene.PressAsync(browser, "/sign-out")).ShouldBe(HttpStatusCode.OK);
        (await PageScene.GetAsync(browser, "/api/status")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_session_ends_with_its_time_and_takes_its_open_stream_along()
    {
        FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
        Uri page = await _scene.Page.StartAsync(time: time);
        HttpClient browser = _scene.Page.NewBrowser();
        await SignInScene.SignInAsync(browser, page);
        using HttpResponseMessage stream = await browser.GetAsync(new Uri(page, "/api/progress"), HttpCompletionOption.ResponseHeadersRead);
        stream.StatusCode.ShouldBe(HttpStatusCode.OK);

        time.Advance(TimeSpan.FromHours(7));
        (await browser.GetAsync(page)).StatusCode.ShouldBe(HttpStatusCode.OK);
        time.Advance(TimeSpan.FromHours(1));

        (await browser.GetAsync(page)).StatusCode.ShouldBe(HttpStatusCode.Redirect, "using it does not lengthen it");
        Task rest = stream.Content.CopyToAsync(Stream.Null);
        await rest.WaitAsync(TimeSpan.FromSeconds(30)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        rest.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task Behind_a_proxy_people_come_back_to_its_address_with_cookies_for_https_alone()
    {
        _scene.Page.Options.PublicBase = new Uri("https://followers.brand.example");
        Uri page = await _scene.Page.StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Get, page) { Headers = { Host = "followers.brand.example" } };

        using HttpResponseMessage answer = await _scene.Page.NewBrowser().SendAsync(request);

        QueryHelpers.ParseQuery(answer.Headers.Location!.Query)["redirect_uri"].ToString().ShouldBe("https://followers.brand.example/signin-oidc");
        string[] cookies = [.. answer.Headers.GetValues("Set-Cookie")];
        cookies.Length.ShouldBe(2);
        cookies.ShouldAllBe(cookie => cookie.Contains("secure", StringComparison.Ordinal) && cookie.Contains("samesite=lax", StringComparison.Ordinal) && cookie.Contains("httponly", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_but_the_key_of_the_database_protects_a_session()
    {
        ServiceCollection services = new();
        foreach (IInnerRoutes feature in _scene.Page.Features)
            feature.AddServices(services);

        services.ShouldNotContain(service => service.ServiceType == typeof(IHostedService), "the one of data protection puts a key into the home directory");
        services.Last(service => service.ServiceType == typeof(IDataProtectionProvider)).ImplementationInstance.ShouldBeOfType<PageKeys>();
    }

    [Fact]
    public async Task The_token_service_is_below_no_path_that_the_page_has_itself()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        foreach (IInnerRoutes feature in _scene.Page.Features)
            feature.AddServices(builder.Services);
        builder.WebHost.UseKestrelCore();
        await using WebApplication app = builder.Build();
        using TelemetryExport metrics = new(app.Configuration, Options.Create(new TelemetryOptions { Metrics = true }), new SecretMask(), TimeProvider.System);
        foreach (IInnerRoutes feature in _scene.Page.Features.Append(metrics))
            feature.Map(app);
        new HealthEndpoints(_ => Task.FromResult<Sentence?>(null), TimeProvider.System, NullLogger<HealthEndpoints>.Instance).Map(app);

        IEnumerable<string> parts = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.PathSegments is [{ Parts: [RoutePatternLiteralPart part, ..] }, ..] ? part.Content : null).OfType<string>();

        parts.Append(SignInOptions.ReturnPath[1..]).Distinct(StringComparer.Ordinal).ShouldBe(TokenServiceOptions.TakenParts, ignoreOrder: true);
    }

    [Fact]
    public async Task Check_says_whether_the_provider_answers_and_calls_itself_what_the_settings_do()
    {
        (await CheckAsync()).ShouldContain($"It has to know the redirect address {_scene.Page.Options.Url}/signin-oidc; 1 value(s) of email may come in.");
        _scene.Settings.Authority = _scene.Provider.Issuer.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        (await CheckAsync()).ShouldContain($"calls itself {_scene.Provider.Issuer}. If that is it, set StatusPage:OpenIdConnect:Authority so.");
        _scene.Settings.Authority = _scene.Provider.Issuer + "/realms/none";
        (await CheckAsync()).ShouldContain("gives no discovery document (HTTP 404)");
        _scene.Settings.Authority = _scene.Provider.Issuer;
        _scene.Provider.IsAway = true;
        (await CheckAsync()).ShouldContain("nobody can sign in to the status page");
    }

    private async Task<string> CheckAsync()
    {
        CheckList list = new(new CommandContext(TextWriter.Null, TextWriter.Null, AnsiConsole.Console, TimeProvider.System), quiet: true);
        await new SignInCheck(list, TimeProvider.System).RunAsync(_scene.Page.Options, default);
        return list.Report.Checks.ShouldHaveSingleItem().Text.In(Language.English);
    }

    private Task<SignInEnd> SignInAsync(HttpClient browser, string path) => SignInScene.SignInAsync(browser, new Uri(_scene.Page.Address, path));

    private async Task RefusedAsync(HttpClient browser, SignInEnd end, HttpStatusCode status, string told)
    {
        end.Status.ShouldBe(status, end.Text);
        end.Text.ShouldContain(told);
        end.Session.ShouldBeNull();
        (await PageScene.GetAsync(browser, "/api/status")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        string log = string.Join('\n', _scene.Page.SignInLog.Lines);
        foreach (string secret in _scene.Provider.Given.Append(StandInProvider.ClientSecret).Append("forged"))
            log.ShouldNotContain(secret);
    }
}
