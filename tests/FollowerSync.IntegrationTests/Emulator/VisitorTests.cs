using System.Diagnostics;
using System.Text.Json;
using FollowerSync.Emulator;
using FollowerSync.Emulator.Accounts;
using FollowerSync.Emulator.Visitors;
using FollowerSync.IntegrationTests.OAuth;
using FollowerSync.IntegrationTests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.IntegrationTests.Emulator;

/// <summary>Web authorisation as the emulated WeChat plays it.</summary>
public sealed class VisitorTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task The_phone_goes_back_to_the_given_address_with_a_code_and_the_state()
    {
        await using EmulatorClient client = await StartAsync();

        string back = Browser.BackOf(await client.Http.GetStringAsync(Authorize(client, "https%3A%2F%2Ffs.example%2Fback%3Fa%3D1")));

        back.ShouldStartWith("https://fs.example/back?a=1&code=");
        back.ShouldEndWith("&state=mine");
        client.Account.Visitors.Visits.ShouldBe(1);
    }

    [Theory]
    [InlineData("redirect_uri=x&appid={0}&response_type=code&scope=snsapi_base&state=mine")]
    [InlineData("appid={0}&redirect_uri={1}&scope=snsapi_base&response_type=code&state=mine")]
    [InlineData("appid={0}&redirect_uri={1}&response_type=code&state=mine&scope=snsapi_base")]
    [InlineData("appid={0}&redirect_uri={1}&response_type=code&scope=snsapi_login&state=mine")]
    [InlineData("appid={0}&redirect_uri={1}&response_type=token&scope=snsapi_base&state=mine")]
    [InlineData("appid={0}&redirect_uri={1}&response_type=code&scope=snsapi_base&state=mine&extra=1")]
    [InlineData("appid={0}&redirect_uri={1}&response_type=code&scope=snsapi_base&state=min-e")]
    [InlineData("appid={0}&redirect_uri=%2Frelative&response_type=code&scope=snsapi_base&state=mine")]
    [InlineData("appid=wxffffffffffffffff&redirect_uri={1}&response_type=code&scope=snsapi_base&state=mine")]
    public async Task Parts_in_another_order_or_of_another_kind_are_refused(string query)
    {
        await using EmulatorClient client = await StartAsync();

        string page = await client.Http.GetStringAsync($"connect/oauth2/authorize?{query.Replace("{0}", client.Account.AppId).Replace("{1}", "https%3A%2F%2Ffs.example%2Fback")}");

        page.ShouldContain("参数错误");
        page.ShouldNotContain("href");
    }

    [Fact]
    public async Task A_domain_that_is_not_the_consoles_is_refused()
    {
        await using EmulatorClient client = await StartAsync(new VisitorOptions { Domain = "fs.example" });

        (await client.Http.GetStringAsync(Authorize(client, "https%3A%2F%2Fevil.example%2Fback"))).ShouldNotContain("href");
        (await client.Http.GetStringAsync(Authorize(client, "https%3A%2F%2Ffs.example%2Fback"))).ShouldContain("href");
    }

    [Fact]
    public async Task A_code_works_once_and_for_five_minutes_and_only_for_its_account()
    {
        await using EmulatorClient client = await StartAsync();
        string person = client.Account.Followers().First().OpenId;
        string code = client.Account.Visitors.GiveCode(person), late = client.Account.Visitors.GiveCode(person);

        (await ExchangeAsync(client, code)).Text("openid").ShouldBe(person);
        (await ExchangeAsync(client, code)).ErrCode().ShouldBe(40163);
        (await ExchangeAsync(client, "made-up")).ErrCode().ShouldBe(40029);
        (await ExchangeAsync(client, late, secret: "wrong")).ErrCode().ShouldBe(40125);
        (await ExchangeAsync(client, "")).ErrCode().ShouldBe(41008);
        _time.Advance(TimeSpan.FromMinutes(5));
        (await ExchangeAsync(client, late)).ErrCode().ShouldBe(42003);
    }

    [Fact]
    public async Task Who_looks_at_a_snapshot_has_a_flag_and_no_profile()
    {
        await using EmulatorClient client = await StartAsync();
        string person = client.Account.Followers().First().OpenId;

        JsonElement token = await ExchangeAsync(client, client.Account.Visitors.GiveCode(person, "snsapi_userinfo", isSnapshot: true));

        token.GetProperty("is_snapshotuser").GetInt32().ShouldBe(1);
        (await ProfileAsync(client, token)).ErrCode().ShouldBe(48001);
    }

    [Fact]
    public async Task A_silent_visit_tells_the_openid_alone()
    {
        await using EmulatorClient client = await StartAsync();

        JsonElement token = await ExchangeAsync(client, client.Account.Visitors.GiveCode(client.Account.Followers().First().OpenId));

        token.TryGetProperty("unionid", out _).ShouldBeFalse();
        token.TryGetProperty("is_snapshotuser", out _).ShouldBeFalse();
        (await ProfileAsync(client, token)).ErrCode().ShouldBe(48001);
    }

    [Fact]
    public async Task A_stranger_is_known_to_the_account_as_somebody_who_does_not_follow()
    {
        await using EmulatorClient client = await StartAsync();
        long total = client.Account.Total;
        string stranger = client.Account.Visitors.AddStranger();

        (await client.GetAsync($"cgi-bin/user/info?openid={stranger}")).GetProperty("subscribe").GetInt32().ShouldBe(0);
        client.Account.Total.ShouldBe(total);
    }

    [Fact]
    public async Task Npm_wechat_oauth_goes_the_whole_way()
    {
        await using EmulatorClient client = await StartAsync();
        EmulatedFollower person = client.Account.Followers().First(follower => follower.UnionId is not null);
        string code = client.Account.Visitors.GiveCode(person.OpenId, "snsapi_userinfo");

        JsonElement[] steps = await NodeAsync(client, code, code, "made-up");

        string authorize = steps[0].Text("url");
        Browser.BackOf(await client.Http.GetStringAsync(authorize.Replace("https://open.weixin.qq.com/", "", StringComparison.Ordinal).Split('#')[0])).ShouldEndWith("&state=mine");
        steps.Select(step => step.Text("step")).ShouldBe(["authorize", "token", "verify", "refresh", "user", "token", "token"]);
        steps[1].Text("openid").ShouldBe(person.OpenId);
        steps[1].Text("unionid").ShouldBe(person.UnionId);
        steps[3].Text("openid").ShouldBe(person.OpenId);
        steps[4].Text("nickname").ShouldBe(person.Nickname);
        steps[5..].Select(step => (step.Text("name"), step.GetProperty("code").GetInt32())).ShouldBe([("WeChatAPIError", 40163), ("WeChatAPIError", 40029)]);
    }

    private async Task<EmulatorClient> StartAsync(VisitorOptions? visitors = null) =>
        await EmulatorClient.StartAsync(new EmulatorOptions { Followers = 20, TimeProvider = _time, Visitors = visitors ?? new VisitorOptions() });

    private static string Authorize(EmulatorClient client, string back) =>
        $"connect/oauth2/authorize?appid={client.Account.AppId}&redirect_uri={back}&response_type=code&scope=snsapi_base&state=mine";

    private static Task<JsonElement> ExchangeAsync(EmulatorClient client, string code, string? secret = null) => GetAsync(
        client, $"sns/oauth2/access_token?appid={client.Account.AppId}&secret={secret ?? client.Account.AppSecret}&code={code}&grant_type=authorization_code");

    private static Task<JsonElement> ProfileAsync(EmulatorClient client, JsonElement token) =>
        GetAsync(client, $"sns/userinfo?access_token={token.Text("access_token")}&openid={token.Text("openid")}&lang=zh_CN");

    private static async Task<JsonElement> GetAsync(EmulatorClient client, string address) =>
        JsonSerializer.Deserialize<JsonElement>(await client.Http.GetStringAsync(address));

    private static async Task<JsonElement[]> NodeAsync(EmulatorClient client, params string[] codes)
    {
        ProcessStartInfo start = new("node", ["--no-deprecation", "oauth.js", client.Emulator.BaseAddress.GetLeftPart(UriPartial.Authority), client.Account.AppId, client.Account.AppSecret, .. codes])
        {
            WorkingDirectory = Repository.PathOf("tests/FollowerSync.IntegrationTests/Node"),
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using Process node = Process.Start(start)!;
        string output = await node.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(1));
        await node.WaitForExitAsync();
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }
}
