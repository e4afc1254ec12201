using System.Text.RegularExpressions;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.CommandLine;

namespace FollowerSync.IntegrationTests.OAuth;

/// <summary>Web authorisation as the built program serves it.</summary>
public sealed partial class ServedVisitTests
{
    [Fact]
    public async Task The_worker_sends_a_visitor_on_and_its_most_talkative_log_keeps_quiet_about_it()
    {
        await using Installation installation = await InstallationAsync();
        installation.Settings["Logging__Level__Microsoft"] = "Verbose";
        installation.Settings["Logging__Level__Default"] = "Verbose";
        await using FollowerSyncProcess worker = installation.Start("run");
        await Installation.UntilAsync(() => Task.FromResult(Listener().IsMatch(worker.Output)), "the public listener listens", worker);
        OAuthScene.Worker served = new(null!, new Uri(Listener().Match(worker.Output).Groups["address"].Value));
        using Browser browser = new();

        string back = await browser.ComeBackAsync(served, $"/oauth/{installation.WeChat.Account.AppId}/start?to=shop&state=ticket-of-the-visitor");
        Browser.Seen end = await browser.OpenAsync(served, back);
        (await browser.OpenAsync(served, back)).Location.ShouldBe(end.Location);

        string openId = OAuthFlowTests.Query(end.Location!)["fs_openid"]!;
        (await installation.Database.ReadAsync<long>($"select count(*) from wechat.visitors where openid = '{openId}'")).ShouldBe(1);
        (await worker.StopAsync()).ExitCode.ShouldBe(0);
        foreach (string hidden in new[] { OAuthFlowTests.Query(back)["code"]!, OAuthFlowTests.Query(back)["state"]!, "ticket-of-the-visitor", OAuthScene.ShopKey })
            (worker.Output + worker.Error).ShouldNotContain(hidden);
    }

    [Fact]
    public async Task Targets_without_the_key_of_states_stop_the_start_and_check_says_what_to_enter_in_the_console()
    {
        await using Installation installation = await InstallationAsync();
        (await installation.InvokeAsync("check")).Output.ShouldContain("enter fs.example as web authorisation domain");
        installation.Settings.Remove("Arrivals__StateKey");

        (int exitCode, _, string error) = await installation.InvokeAsync("run");

        exitCode.ShouldBe(2);
        error.ShouldContain("Arrivals:StateKey must be given: web authorisation of brand0 needs it");
    }

    private static async Task<Installation> InstallationAsync()
    {
        Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 20 });
        installation.Settings["WeChat__AuthorizeAddress"] = installation.Settings["WeChat__BaseAddress"];
        installation.Settings["WeChat__Accounts__0__OAuth__Targets__shop__Url"] = OAuthScene.ShopUrl;
        installation.Settings["WeChat__Accounts__0__OAuth__Targets__shop__Key"] = OAuthScene.ShopKey;
        installation.Settings["Arrivals__Url"] = "http://127.0.0.1:0";
        installation.Settings["Arrivals__PublicBase"] = OAuthScene.PublicBase;
        installation.Settings["Arrivals__StateKey"] = new string('a', 64);
        return installation;
    }

    [GeneratedRegex(@"visitors listens on (?<address>http://127\.0\.0\.1:\d+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Listener();
}
