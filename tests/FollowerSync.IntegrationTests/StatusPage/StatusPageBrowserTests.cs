using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.StatusPage;

/// <summary>The page in a real browser. With FOLLOWERSYNC_WRITE_DOCS=1 it makes the pictures of docs/images anew.</summary>
public sealed class StatusPageBrowserTests(BrowserScene scene) : IClassFixture<BrowserScene>
{
    private static readonly bool MakesPictures = Environment.GetEnvironmentVariable("FOLLOWERSYNC_WRITE_DOCS") == "1";

    /// <summary>Half of the ways, in which each two of language, colours and width meet; all of them for the pictures.</summary>
    public static TheoryData<string, string, int> Ways()
    {
        if (!MakesPictures)
            return new() { { "zh-CN", "light", 390 }, { "zh-CN", "dark", 1440 }, { "en", "light", 1440 }, { "en", "dark", 390 } };

        TheoryData<string, string, int> ways = [];
        foreach (string language in new[] { "zh-CN", "en" })
            foreach (string theme in new[] { "light", "dark" })
                foreach (int width in new[] { 390, 1440 })
                    ways.Add(language, theme, width);
        return ways;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Every_page_is_whole_in_both_languages_and_colours_on_a_phone_and_a_desk(string language, string theme, int width)
    {
        foreach ((string name, string path) in new[] { ("", "/"), ("-account", $"/accounts/{BrowserScene.Shop}"), ("-held", $"/runs/{scene.Held}") })
        {
            string? picture = MakesPictures && IsShown(name, language, theme, width) ? Repository.PathOf($"docs/images/status-page{name}-{language}-{theme}-{width}.png") : null;
            Seen seen = await scene.Browser.LookAsync(scene.Page(path) with { Language = language, Theme = theme, Width = width, Axe = true, Picture = picture });

            seen.Status.ShouldBe(200, path);
            seen.Violations.ShouldBeEmpty(path);
            seen.Errors.ShouldBeEmpty(path);
            seen.Elsewhere.ShouldBeEmpty(path);
            seen.Axe.ShouldBeEmpty(path);
            seen.Overflows.ShouldBeFalse(path);
            seen.Html.ShouldContain($"<html lang=\"{language}\">");
            seen.Background.ShouldBe(theme == "dark" ? "rgb(15, 19, 23)" : "rgb(255, 255, 255)");
            seen.Html.ShouldNotContain("alert(1)</script>");
            if (picture is not null)
                new FileInfo(picture).Length.ShouldBeLessThan(100_000, path);
        }
    }

    [Fact]
    public async Task Without_script_the_page_says_the_same()
    {
        Seen with = await scene.Browser.LookAsync(scene.Page("/"));
        Seen without = await scene.Browser.LookAsync(scene.Page("/") with { Script = false });

        without.Followers.ShouldBe(with.Followers);
        without.Followers.Length.ShouldBe(4);
        without.Text.ShouldContain("61d30000-00000000-00000001");
        without.Text.ShouldContain("30,000 of 80,000");
        Seen account = await scene.Browser.LookAsync(scene.Page($"/accounts/{BrowserScene.Shop}") with { Script = false });
        account.Html.ShouldContain("<polygon class=\"bounds\"");
    }

    [Fact]
    public async Task A_chart_says_the_day_that_is_pointed_at_and_is_zoomed_by_drawing_across_it()
    {
        Seen seen = await scene.Browser.LookAsync(scene.Page($"/accounts/{BrowserScene.Shop}") with { Point = true });

        seen.Errors.ShouldBeEmpty();
        seen.Violations.ShouldBeEmpty();
        seen.Html.ShouldNotContain("<polygon class=\"bounds\"", Case.Sensitive, "the server's chart has made room");
        string[] known = (await scene.Scene.Tables.ReadAsync<string>(
            $"""
            select string_agg(format('Day%sFollowers (at most)%sFollowers (at least)%s', day, coalesce(trim(to_char(followers_at_most, '999,999,999')), '–'), coalesce(trim(to_char(followers_at_least, '999,999,999')), '–')), '|' order by day)
            from (select * from wechat.daily_totals where app_id = '{BrowserScene.Shop}' order by day desc limit 90) d
            """)).Split('|');
        seen.Pointed.Length.ShouldBe(2);
        seen.Pointed[0].Trim().ShouldBe(known[0]);
        Array.IndexOf(known, seen.Pointed[1].Trim()).ShouldBeInRange(43, 47, seen.Pointed[1]);
    }

    [Fact]
    public async Task Words_of_others_are_text_and_people_stand_nowhere()
    {
        (await scene.Scene.Tables.ReadAsync<long>($"select count(*) from wechat.followers where nickname = '{BrowserScene.Nickname}'")).ShouldBe(300);
        long failed = await scene.Scene.Tables.ReadAsync<long>("select max(run_id) from wechat.sync_runs where status = 'failed'");
        foreach (string path in new[] { "/", $"/runs/{failed}", $"/runs/{scene.Held}", $"/accounts/{scene.Scene.Account.Account.AppId}", "/accounts/wx00000000000000d3", "/actions", $"/actions/approve/{scene.Held}" })
        {
            Seen seen = await scene.Browser.LookAsync(scene.Page(path));
            seen.Errors.ShouldBeEmpty(path);
            seen.Violations.ShouldBeEmpty(path);
            seen.Text.ShouldNotContain("alert(1)</script>");
            string openId = scene.Scene.Account.Truth.Everyone().First().OpenId;
            seen.Html.ShouldNotContain(openId);
        }

        (await scene.Browser.LookAsync(scene.Page($"/runs/{failed}"))).Text.ShouldContain("<img src=x onerror=alert(1)>");
    }

    [Fact]
    public async Task Progress_moves_by_itself()
    {
        Seen seen = await scene.Browser.LookAsync(
            scene.Page("/") with { Until = "30,001 of 80,000" },
            () => scene.Scene.Tables.ExecuteAsync("update wechat.sync_runs set unchanged = 30001 where app_id = 'wx00000000000000d3'"));

        seen.Errors.ShouldBeEmpty();
        seen.Violations.ShouldBeEmpty();
        await scene.Scene.Tables.ExecuteAsync("update wechat.sync_runs set unchanged = 30000 where app_id = 'wx00000000000000d3'");
    }

    [Fact]
    public async Task Where_progress_is_refused_the_page_loads_itself_again_after_a_while()
    {
        Seen seen = await scene.Browser.LookAsync(scene.Page("/") with { RefuseProgress = true });

        seen.Violations.ShouldBeEmpty();
        seen.Errors.ShouldHaveSingleItem().ShouldContain("502");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_person_syncs_pauses_and_resumes_with_and_without_script(bool script)
    {
        const string Account = "a.button[href^='/actions/sync']";
        string appId = scene.Scene.Account.Account.AppId;
        Seen asked = await scene.Browser.LookAsync(scene.Page($"/accounts/{appId}") with { Script = script, Press = [Account, "button"] });
        asked.Address.ShouldBe("/actions");
        asked.Text.ShouldContain("Sync now");
        scene.Scene.Begun.ShouldNotBeEmpty();
        foreach (string press in new[] { "a.button[href^='/actions/pause']", "a.button[href^='/actions/resume']" })
        {
            Seen done = await scene.Browser.LookAsync(scene.Page($"/accounts/{appId}") with { Script = script, Press = [press, "button"] });
            done.Address.ShouldBe("/actions");
            done.Violations.ShouldBeEmpty();
            done.Errors.ShouldBeEmpty();
        }

        (await scene.Scene.Tables.ReadAsync<long>("select count(*) from followersync.pauses")).ShouldBe(0);
    }

    // All ways of the first page; of the others one each.
    private static bool IsShown(string name, string language, string theme, int width) =>
        name.Length == 0 || (name == "-account" && (language, theme, width) is ("zh-CN", "light", 1440) or ("en", "dark", 390)) || (name == "-held" && (language, theme, width) is ("en", "light", 1440));
}
