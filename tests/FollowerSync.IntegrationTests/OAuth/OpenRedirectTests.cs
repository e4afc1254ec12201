namespace FollowerSync.IntegrationTests.OAuth;

/// <summary>Nobody is sent to an address that the settings do not name, whatever stands in the request.</summary>
public sealed class OpenRedirectTests
{
    // As they stand in the request line.
    private static readonly string[] Addresses =
    [
        "https://evil.example", "http://evil.example", "//evil.example", "///evil.example", "////evil.example", "/\\evil.example", "\\evil.example", "\\\\evil.example",
        "https:evil.example", "https:/evil.example", "https:\\\\evil.example", "%2f%2fevil.example", "%2F%2Fevil.example%2F", "%5cevil.example", "%5c%5cevil.example", "/%2fevil.example",
        "/%09/evil.example", "/%5cevil.example", "%68ttps://evil.example", "https%3A%2F%2Fevil.example", "https%253A%252F%252Fevil.example", "%252f%252fevil.example",
        "https://shop.example@evil.example", "https://shop.example%40evil.example", "https://shop.example.evil.example", "https://shop.example%00.evil.example", "https://evil.example#shop.example",
        "https://evil.example?shop", "https://evil.example/shop", "shop@evil.example", "shop.evil.example", "shop%00", "shop%0d%0aLocation:%20https://evil.example", "shop%0aSet-Cookie:%20evil=1",
        "%0d%0aLocation:https://evil.example", "%E5%98%8A%E5%98%8DLocation:https://evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java%0ascript:alert(1)", "data:text/html,evil",
        "vbscript:evil", "file:///etc/passwd", "weixin://dl/business/?evil", "https://evil。example", "https://ｅvil.example", "//%E3%80%82evil.example", "https://[::ffff:6.6.6.6]", "https://0x06060606",
        "https://evil.example:443/", "..//evil.example", "../../evil.example", "./shop", ";evil.example", "shop;//evil.example", "shop,https://evil.example", "shop%20", "%73hop%2f..%2f%2fevil.example", "*",
    ];

    // Where they stand.
    private static readonly string[] Places =
    [
        "/oauth/{0}/start?to={1}", "/oauth/{0}/start?to=shop&to={1}", "/oauth/{0}/start?to={1}&to=shop", "/oauth/{0}/start?TO={1}&to=shop", "/oauth/{0}/start?to=shop&state={1}",
        "/oauth/{0}/start?to=shop&redirect_uri={1}&url={1}&target={1}&again={1}", "/oauth/{0}/back?code={1}&state={1}", "/oauth/{0}/start/{1}?to=shop", "/oauth/{1}/start?to=shop", "{1}",
    ];

    [Fact]
    public async Task None_of_hundreds_of_attempts_leads_anywhere_else()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        Uri server = (await scene.NewWorkerAsync()).Address;
        string[] attempts = [.. Addresses.SelectMany(_ => Places, (address, place) => place.Replace("{0}", scene.Account.AppId, StringComparison.Ordinal).Replace("{1}", address, StringComparison.Ordinal))];
        attempts.Length.ShouldBeGreaterThan(200);
        int redirected = 0;
        foreach (string attempt in attempts)
            redirected += Judge(scene, attempt, await RawRequest.GetAsync(server, attempt)) ? 1 : 0;

        // Some are harmless: what else stands in the query does not matter.
        redirected.ShouldBeInRange(1, Addresses.Length * 2);
    }

    [Theory]
    [InlineData("Host: evil.example\r\n")]
    [InlineData("Host: fs.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: javascript\r\n")]
    [InlineData("Host: fs.example\r\nForwarded: host=evil.example;proto=https\r\nX-Original-URL: //evil.example\r\nReferer: https://evil.example\r\n")]
    public async Task No_header_changes_where_the_visitor_comes_back_to(string headers)
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        Uri server = (await scene.NewWorkerAsync()).Address;

        Judge(scene, headers, await RawRequest.GetAsync(server, OAuthFlowTests.Start(scene), headers)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_comes_back_with_a_good_state_does_not_change_where_the_visitor_goes()
    {
        await using OAuthScene scene = await OAuthScene.StartAsync();
        OAuthScene.Worker worker = await scene.NewWorkerAsync();
        using Browser browser = new();
        foreach (string address in Addresses)
        {
            string back = await browser.ComeBackAsync(worker, OAuthFlowTests.Start(scene));
            string path = back[OAuthScene.PublicBase.Length..];
            RawRequest.Answer answer = await RawRequest.GetAsync(
                worker.Address, $"{path}&to={address}&target={address}&redirect_uri={address}&fs_openid={address}",
                $"Host: evil.example\r\nCookie: {string.Join("; ", browser.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"))}\r\n");

            if (answer.Location is { } location)
                location.ShouldStartWith("https://shop.example/welcome?campaign=7", Case.Sensitive, address);
            browser.Cookies.Clear();
        }
    }

    // Whether it redirected, as it may.
    private static bool Judge(OAuthScene scene, string attempt, RawRequest.Answer answer)
    {
        answer.Headers.Count(header => header.Name.Equals("Location", StringComparison.OrdinalIgnoreCase)).ShouldBeLessThanOrEqualTo(1, attempt);
        // What a page gives along may have any plain letters; the cookie carries it.
        answer.Headers.ShouldNotContain(
            header => header.Value.Contains("evil", StringComparison.OrdinalIgnoreCase) && !(header.Name == "Set-Cookie" && header.Value.StartsWith("fs_oauth_", StringComparison.Ordinal)), attempt);
        answer.Body.ShouldNotContain("evil", Case.Insensitive, attempt);
        answer.Status.ShouldBeOneOf([302, 400, 404, 405], attempt);
        if (answer.Location is not { } location)
            return false;
        location.ShouldStartWith($"{scene.Emulator.BaseAddress}connect/oauth2/authorize?appid={scene.Account.AppId}&redirect_uri=https%3A%2F%2Ffs.example%2Foauth%2F{scene.Account.AppId}%2Fback&", Case.Sensitive, attempt);
        return true;
    }
}
