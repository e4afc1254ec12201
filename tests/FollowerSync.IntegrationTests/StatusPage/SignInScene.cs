using System.Net;
using FollowerSync.Web;

namespace FollowerSync.IntegrationTests.StatusPage;

/// <summary>A page whose visitors sign in at a provider, for all tests of a class.</summary>
public sealed class SignInScene : IAsyncLifetime
{
    private PageBrowser? _browser;

    internal PageScene Page { get; private set; } = null!;

    internal StandInProvider Provider { get; private set; } = null!;

    /// <summary>Started by the first test that looks.</summary>
    internal PageBrowser Browser => _browser ??= new PageBrowser();

    internal SignInOptions Settings => Page.Options.OpenIdConnect;

    public async Task InitializeAsync()
    {
        Provider = await StandInProvider.StartAsync();
        Page = await PageScene.CreateAsync(followers: 1);
        await Page.Account.SyncAsync();
        Reset();
        await Page.StartAsync();
    }

    /// <summary>Everything as a test expects it.</summary>
    internal void Reset()
    {
        (Provider.IsAway, Provider.IsDenied, Provider.Wrong) = (false, false, Wrong.Nothing);
        Provider.Person.Clear();
        Provider.PersonInfo.Clear();
        (Provider.Person["sub"], Provider.Person["preferred_username"], Provider.Person["email"]) = ("4711", "wang.li", "wang@brand.example");
        (Settings.Authority, Settings.ClientId, Settings.ClientSecret) = (Provider.Issuer, StandInProvider.ClientId, StandInProvider.ClientSecret);
        (Settings.Claim, Settings.Allowed) = ("email", ["wang@brand.example"]);
        Page.Options.PublicBase = null;
    }

    /// <summary>Asks for a page, signs in at the provider, and comes back.</summary>
    internal static async Task<SignInEnd> SignInAsync(HttpClient browser, Uri page)
    {
        using HttpResponseMessage sent = await browser.GetAsync(page);
        sent.StatusCode.ShouldBe(HttpStatusCode.Redirect, await sent.Content.ReadAsStringAsync());
        return await ComeBackAsync(browser, await AtProviderAsync(browser, sent.Headers.Location!));
    }

    /// <summary>Where the provider sends somebody.</summary>
    internal static async Task<Uri> AtProviderAsync(HttpClient browser, Uri address)
    {
        using HttpResponseMessage answer = await browser.GetAsync(address);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return answer.Headers.Location!;
    }

    internal static async Task<SignInEnd> ComeBackAsync(HttpClient browser, Uri address)
    {
        using HttpResponseMessage answer = await browser.GetAsync(address);
        string[] cookies = answer.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? set) ? [.. set] : [];
        return new SignInEnd(
            answer.StatusCode, answer.Headers.Location?.OriginalString, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()),
            Array.Find(cookies, cookie => cookie.StartsWith("followersync-session=", StringComparison.Ordinal)));
    }

    public async Task DisposeAsync()
    {
        _browser?.Dispose();
        await Page.DisposeAsync();
        await Provider.DisposeAsync();
    }
}

/// <summary>How a sign-in ended.</summary>
internal sealed record SignInEnd(HttpStatusCode Status, string? Location, string Text, string? Session);
