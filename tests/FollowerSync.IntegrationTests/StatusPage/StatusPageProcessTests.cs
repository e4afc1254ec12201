using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.CommandLine;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.StatusPage;

/// <summary>The page of the built program.</summary>
public sealed partial class StatusPageProcessTests
{
    private const string Password = "a password of the tests";

    [Fact]
    public async Task The_worker_syncs_when_asked_tells_the_password_nowhere_and_stops_with_an_open_stream()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 200 });
        installation.Settings["StatusPage__Password"] = Password;
        installation.Settings["Schedule__RunAtStart"] = "false";
        installation.Settings["HOME"] = Directory.CreateTempSubdirectory("followersync-home-").FullName;
        await using FollowerSyncProcess worker = installation.Start("run");
        await Installation.UntilAsync(() => Task.FromResult(Listening().IsMatch(worker.Output)), "the page listens", worker);
        using HttpClient browser = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(Listening().Match(worker.Output).Value) };
        (await browser.GetAsync(new Uri("/", UriKind.Relative))).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        browser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"li:{Password}")));
        string account = installation.Settings["WeChat__Accounts__0__AppId"];

        (await PageScene.PressAsync(browser, $"/actions/sync?account={account}")).ShouldBe(System.Net.HttpStatusCode.SeeOther);
        await installation.UntilAsync("select exists (select from wechat.sync_runs where status = 'succeeded' and trigger = 'manual')", worker);
        (_, string overview) = await PageScene.GetAsync(browser, "/?culture=en");
        overview.ShouldContain("<b data-followers>200</b>");
        overview.ShouldContain("agrees with the database");

        using HttpResponseMessage stream = await browser.GetAsync(new Uri("/api/progress", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        stream.IsSuccessStatusCode.ShouldBeTrue();
        (TimeSpan took, int exitCode) = await worker.StopAsync();
        took.ShouldBeLessThan(TimeSpan.FromSeconds(9), "an open stream does not hold the stop up until the eleven seconds of the host are over");
        exitCode.ShouldBe(0, worker.Error);
        Directory.EnumerateFileSystemEntries(installation.Settings["HOME"]).ShouldBeEmpty("the key of the page is in the database");
        Directory.Delete(installation.Settings["HOME"]);
        (worker.Output + worker.Error).ShouldNotContain(Password);
        (await EverywhereSearch.FindAsync(installation.Database, [Password])).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_address_that_others_reach_without_a_password_ends_the_start()
    {
        await using Installation installation = await Installation.CreateAsync(new EmulatorOptions { Followers = 1 });
        installation.Settings["StatusPage__Url"] = "http://0.0.0.0:0";

        (int exitCode, string output, string error) = await installation.InvokeAsync("run");

        exitCode.ShouldBe(2, output);
        error.ShouldContain("StatusPage:Password must have at least 8 characters");
    }

    [GeneratedRegex("(?<=status page listens on \"?)http://[0-9.:]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Listening();
}
