namespace FollowerSync.IntegrationTests.StatusPage;

/// <summary>Signing in at a provider, in a real browser: its rules for redirects, cookies and content are not ours.</summary>
public sealed class SignInBrowserTests : IClassFixture<SignInScene>, IDisposable
{
    private readonly SignInScene _scene;
    private readonly PageBrowser _browser = new();

    public SignInBrowserTests(SignInScene scene)
    {
        _scene = scene;
        _scene.Reset();
    }

    [Theory]
    [InlineData("zh-CN", "light", 390, true)]
    [InlineData("en", "dark", 1440, false)]
    public async Task A_person_comes_in_and_goes_out_again(string language, string theme, int width, bool script)
    {
        Look page = new(await _scene.Page.StartAsync()) { Language = language, Theme = theme, Width = width, Script = script, Axe = script };

        Seen inside = await _browser.LookAsync(page);
        ShouldBeWhole(inside, language);
        inside.Status.ShouldBe(200);
        inside.Address.ShouldBe("/");
        inside.Text.ShouldContain("wang.li");
        inside.Errors.ShouldBeEmpty();
        inside.Elsewhere.ShouldNotBeEmpty();

        Seen asked = await _browser.LookAsync(page with { Press = ["a[href='/sign-out']"] });
        ShouldBeWhole(asked, language);
        asked.Text.ShouldContain("wang.li");
        Seen outside = await _browser.LookAsync(page with { Press = ["a[href='/sign-out']", "main button"] });
        ShouldBeWhole(outside, language);
        outside.Status.ShouldBe(200);
        outside.Text.ShouldNotContain("wang.li");
    }

    [Theory]
    [InlineData("zh-CN", "dark", 1440)]
    [InlineData("en", "light", 390)]
    public async Task Whoever_is_not_let_in_sees_a_whole_page(string language, string theme, int width)
    {
        _scene.Settings.Allowed = ["somebody.else@brand.example"];
        Look page = new(await _scene.Page.StartAsync()) { Language = language, Theme = theme, Width = width, Axe = true };

        Seen refused = await _browser.LookAsync(page);
        ShouldBeWhole(refused, language);
        refused.Status.ShouldBe(403);
        refused.Text.ShouldContain("wang.li");
    }

    public void Dispose() => _browser.Dispose();

    private void ShouldBeWhole(Seen seen, string language)
    {
        seen.Violations.ShouldBeEmpty();
        seen.Axe.ShouldBeEmpty();
        seen.Overflows.ShouldBeFalse();
        seen.Elsewhere.ShouldAllBe(address => address.StartsWith(_scene.Provider.Issuer, StringComparison.Ordinal));
        seen.Html.ShouldContain($"<html lang=\"{language}\">");
    }
}
