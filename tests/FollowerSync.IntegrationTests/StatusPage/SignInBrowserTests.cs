namespace FollowerSync.IntegrationTests.StatusPage;

/// <summary>Signing in at a provider, in a real browser: its rules for redirects, cookies and content are not ours.</summary>
public sealed class SignInBrowserTests : IClassFixture<SignInScene>
{
    private readonly SignInScene _scene;

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

        Seen inside = await _scene.Browser.LookAsync(page);
        ShouldBeWhole(inside, language);
        inside.Status.ShouldBe(200);
        inside.Address.ShouldBe("/");
        inside.Text.ShouldContain("wang.li");
        inside.Errors.ShouldBeEmpty();
        inside.Elsewhere.ShouldNotBeEmpty();

        Seen outside = await _scene.Browser.LookAsync(page with { Press = ["a[href='/sign-out']", "main button"] });
        ShouldBeWhole(outside, language);
        outside.Status.ShouldBe(200);
        outside.Text.ShouldNotContain("wang.li");
    }

    [Fact]
    public async Task Whoever_is_not_let_in_sees_a_whole_page()
    {
        _scene.Settings.Allowed = ["somebody.else@brand.example"];

        Seen refused = await _scene.Browser.LookAsync(new Look(await _scene.Page.StartAsync()) { Language = "zh-CN", Theme = "dark", Width = 390, Axe = true });

        ShouldBeWhole(refused, "zh-CN");
        refused.Status.ShouldBe(403);
        refused.Text.ShouldContain("wang.li");
    }

    private void ShouldBeWhole(Seen seen, string language)
    {
        seen.Violations.ShouldBeEmpty();
        seen.Axe.ShouldBeEmpty();
        seen.Overflows.ShouldBeFalse();
        seen.Elsewhere.ShouldAllBe(address => address.StartsWith(_scene.Provider.Issuer, StringComparison.Ordinal));
        seen.Html.ShouldContain($"<html lang=\"{language}\">");
    }
}
