using FollowerSync.Emulator.Faults;

namespace FollowerSync.IntegrationTests.OAuth;

/// <summary>What the log holds of a visit at its most talkative level.</summary>
public sealed class SecrecyTests
{
    [Fact]
    public async Task No_code_state_cookie_secret_or_person_stands_in_the_log()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        scene.Account.OAuth.Scope = "snsapi_userinfo";
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        List<string> hidden = [scene.Account.AppSecret, scene.Arrivals.StateKey, OAuthScene.ShopKey];
        foreach (int errorCode in new[] { 0, 40163, 40125, -1 })
        {
            scene.Emulator.Faults.Clear();
            if (errorCode != 0)
                scene.Emulator.Faults.Add(new FaultRule { Fault = FaultKind.ErrCode, ErrCode = errorCode, Path = "/sns/oauth2/access_token" });
            var person = scene.Emulator.Account.Followers().First();
            scene.Emulator.Account.Visitors.Expect(person.OpenId);
            string back = await browser.ComeBackAsync(worker, $"{OAuthFlowTests.Start(scene)}&state=ticket-of-the-visitor");
            hidden.AddRange([OAuthFlowTests.Query(back)["code"]!, OAuthFlowTests.Query(back)["state"]!, .. browser.Cookies.Values, person.OpenId, person.Nickname, "ticket-of-the-visitor"]);
            await browser.OpenAsync(worker, back);
            await browser.OpenAsync(worker, back);
            await RawRequest.GetAsync(worker.Address, $"{back[OAuthScene.PublicBase.Length..]} and no version");
        }

        scene.Log.Lines.Count.ShouldBeGreaterThan(10);
        foreach (string text in hidden)
            scene.Log.Text.ShouldNotContain(text);
    }

    [Fact]
    public async Task Refusals_are_counted_and_told_once_a_minute_with_the_senders_address()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        for (int request = 0; request < 30; request++)
            await browser.OpenAsync(worker, $"/oauth/{scene.Account.AppId}/back?code=x&state={new string('0', 76)}");
        scene.Log.Of("FollowerSync.OAuth").ShouldHaveSingleItem().ShouldContain("127.0.0.1");

        scene.Time.Advance(TimeSpan.FromMinutes(1));

        scene.Log.Of("FollowerSync.OAuth").Last().ShouldContain("refused 29 request(s)");
    }

    [Fact]
    public async Task Behind_a_known_proxy_the_sender_is_who_the_proxy_names()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        scene.Arrivals.KnownProxies.Add("127.0.0.1");
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using HttpClient proxy = new();
        proxy.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.7");

        foreach (string path in new[] { "start?to=nowhere", "back?code=x&state=none" })
        {
            using HttpResponseMessage answer = await proxy.GetAsync(new Uri(worker.Address, $"oauth/{scene.Account.AppId}/{path}"));
            scene.Log.Of("FollowerSync.OAuth").Last().ShouldContain("from 192.0.2.7");
            scene.Time.Advance(TimeSpan.FromMinutes(1));
        }
    }
}
