using System.Net;
using System.Text.Json;
using FollowerSync.Emulator;
using Microsoft.Extensions.Time.Testing;

namespace FollowerSync.IntegrationTests.Emulator;

public class ProtocolTests
{
    [Fact]
    public async Task Errors_come_with_status_200_a_rid_and_the_odd_content_type()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 1 });
        using HttpResponseMessage response = await client.Http.GetAsync("cgi-bin/user/get");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.NonValidated["Content-Type"].ToString().ShouldBe("application/json; encoding=utf-8");
        (await response.Content.ReadAsStringAsync()).ShouldMatch("""^\{"errcode":41001,"errmsg":"access_token missing rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}"\}$""");
    }

    [Fact]
    public async Task Names_wrong_methods_bodies_and_paths()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 1 });
        (await client.PostAsync("cgi-bin/user/get", "{}")).ErrCode().ShouldBe(43001);
        (await client.GetAsync("cgi-bin/user/info/batchget")).ErrCode().ShouldBe(43002);
        (await client.PostAsync("cgi-bin/user/info/batchget", "")).ErrCode().ShouldBe(44002);
        (await client.PostAsync("cgi-bin/user/info/batchget", """{"user_list":[""")).ErrCode().ShouldBe(47001);
        (await client.PostAsync("cgi-bin/user/info/batchget", """{"user_list":[{"openid":"o\ud83d"}]}""")).ErrCode().ShouldBe(47001);
        (await client.PostAsync("cgi-bin/tags/getidlist", "[]")).ErrCode().ShouldBe(47001);
        (await client.GetAsync("cgi-bin/nothing")).ErrCode().ShouldBe(40066);
    }

    [Fact]
    public async Task Limits_hold_when_set_and_quota_tells_them()
    {
        FakeTimeProvider time = new();
        await using EmulatorClient client = await EmulatorClient.StartAsync(new()
        {
            Followers = 1,
            TimeProvider = time,
            DailyLimits = new EmulatorOptions().DailyLimits.Add("/cgi-bin/user/get", 2),
            MinuteLimits = new EmulatorOptions().MinuteLimits.Add("/cgi-bin/user/info", 1),
        });
        await client.PageAsync();
        await client.PageAsync();
        (await client.PageAsync()).ErrCode().ShouldBe(45009);
        JsonElement quota = (await client.PostAsync("cgi-bin/openapi/quota/get", """{"cgi_path":"/cgi-bin/user/get"}""")).GetProperty("quota");
        quota.GetRawText().ShouldBe("""{"daily_limit":2,"used":2,"remain":0}""");
        string person = client.Account.Followers().Single().OpenId;
        (await client.GetAsync($"cgi-bin/user/info?openid={person}")).ErrCode().ShouldBe(0);
        (await client.GetAsync($"cgi-bin/user/info?openid={person}")).ErrCode().ShouldBe(45011);
        (await client.PostAsync("cgi-bin/clear_quota", $$"""{"appid":"{{client.Account.AppId}}"}""")).ErrCode().ShouldBe(0);
        (await client.PageAsync()).ErrCode().ShouldBe(0);
    }

    [Fact]
    public async Task A_new_Beijing_day_gives_new_calls()
    {
        FakeTimeProvider time = new();
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 1, TimeProvider = time, DailyTokenLimit = 1 });
        (await client.ClassicTokenAsync()).ErrCode().ShouldBe(0);
        (await client.ClassicTokenAsync()).ErrCode().ShouldBe(45009);
        time.Advance(TimeSpan.FromHours(16));
        (await client.ClassicTokenAsync()).ErrCode().ShouldBe(0);
    }

    [Fact]
    public async Task A_rid_can_be_asked_about()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 1 });
        string rid = (await client.PageAsync("zzz")).Text("errmsg")[^26..];
        JsonElement found = await client.PostAsync("cgi-bin/openapi/rid/get", $$"""{"rid":"{{rid}}"}""");
        found.GetProperty("request").Text("request_url").ShouldBe("/cgi-bin/user/get?next_openid=zzz");
        found.GetRawText().ShouldNotContain(client.Token);
    }

    [Fact]
    public async Task Latency_waits_for_the_clock_and_for_no_thread()
    {
        FakeTimeProvider time = new();
        await using WeChatEmulator emulator = await WeChatEmulator.StartAsync(
            new EmulatorOptions { Followers = 1, TimeProvider = time, Latency = TimeSpan.FromSeconds(5) }, CancellationToken.None);
        using HttpClient http = new() { BaseAddress = emulator.BaseAddress };
        Task<string>[] answers = [.. Enumerable.Range(0, 20).Select(_ => http.GetStringAsync("cgi-bin/user/get"))];
        while (emulator.Requests.InFlight < 20)
            await Task.Yield();
        answers.ShouldAllBe(answer => !answer.IsCompleted);
        while (answers.Any(answer => !answer.IsCompleted))
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }
        emulator.Requests.MaxInFlight.ShouldBe(20);
    }

    [Fact]
    public async Task Remembers_the_latest_requests_and_counts_all()
    {
        await using EmulatorClient client = await EmulatorClient.StartAsync(new() { Followers = 7, RememberedRequests = 3 });
        for (int i = 0; i < 5; i++)
            await client.PageAsync();
        client.Emulator.Requests.Count("/cgi-bin/user/get", client.Account.AppId).ShouldBe(5);
        client.Emulator.Requests.Recent.Count.ShouldBe(3);
        client.Emulator.Requests.Recent[^1].OpenIds.ShouldBe(7);
        client.Emulator.Requests.CountErrCode(0, "/cgi-bin/user/get").ShouldBe(5);
    }
}
