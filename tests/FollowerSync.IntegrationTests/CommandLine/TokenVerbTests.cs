using System.Text.Json;
using FollowerSync.Emulator;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.CommandLine;

/// <summary><c>token</c>, and what <c>check</c>, <c>status</c> and the worker say about shared tokens, by the built executable.</summary>
public sealed class TokenVerbTests
{
    private const string Password = "cache-password-0815-never-shown";
    private const string Bearer = "bearer-of-the-shop-0123456789abcdef";

    private static readonly EmulatorOptions Tiny = new() { Followers = 100 };

    [Fact]
    public async Task Shows_where_the_token_stands_and_who_gets_it_and_the_token_only_when_asked()
    {
        await using RedisServer redis = await RedisServer.StartAsync(Password);
        await using Installation installation = await StartAsync(redis.Connection);
        (int exitCode, string output, string error) = await installation.InvokeAsync("token", "--show");
        exitCode.ShouldBe(1, error);
        output.ShouldContain("none stored");

        (await installation.InvokeAsync("sync")).ExitCode.ShouldBe(0);
        string token = installation.WeChat.Account.Tokens.Stable!;
        (await redis.ReadAsync($"wx:access_token:{installation.WeChat.Account.AppId}")).ShouldBe(token, "also a verb that ends at once shares what it fetched");

        (exitCode, output, error) = await installation.InvokeAsync("token");
        exitCode.ShouldBe(0, error);
        output.ShouldContain("brand0 (wx");
        output.ShouldMatch(@"source     Stable\n  token      valid for 1 h 5\d min");
        output.ShouldMatch($@"mirror     Redis {redis.Address}, WxJava: has the token of 20");
        output.ShouldContain("service    gives it to shop");
        ShouldHoldNoSecret(output + error, token);

        (exitCode, output, error) = await installation.InvokeAsync("token", "--account", "brand0", "--show");
        exitCode.ShouldBe(0, error);
        output.ShouldContain($"value      {token}\n");
        error.ShouldContain("can act as the account");
        (_, output, _) = await installation.InvokeAsync("token", "--show", "--json");
        using JsonDocument json = JsonDocument.Parse(output);
        json.RootElement.GetProperty("accounts")[0].GetProperty("access_token").GetString().ShouldBe(token);
        (_, output, _) = await installation.InvokeAsync("token", "--json");
        output.ShouldNotContain(token);
        output.ShouldNotContain("access_token");
        (await installation.InvokeAsync("token", "--account", "nobody")).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task Check_and_status_tell_of_a_mirror_that_refuses_and_nothing_shows_its_password()
    {
        await using RedisServer redis = await RedisServer.StartAsync(Password);
        await using Installation installation = await StartAsync($"{redis.Address},password={Password}x");

        (int exitCode, string sync, string error) = await installation.InvokeAsync("sync");
        exitCode.ShouldBe(0, error);
        error.Split('\n').Count(line => line.Contains("Tokens cannot be written to", StringComparison.Ordinal)).ShouldBe(1);
        (exitCode, string check, string checkError) = await installation.InvokeAsync("check");
        exitCode.ShouldBe(0, check);
        check.ShouldMatch($"warning  brand0, mirror: .* Redis {redis.Address} does not take the login");
        check.ShouldContain("token service: http://127.0.0.1:0/token, for shop");
        (_, string status, string statusError) = await installation.InvokeAsync("status");
        status.ShouldMatch($@"! brand0: other programs do not get new tokens from Redis {redis.Address}, WxJava, which cannot be written since 20\d\d-");
        (_, string json, _) = await installation.InvokeAsync("status", "--json");
        using JsonDocument document = JsonDocument.Parse(json);
        document.RootElement.GetProperty("accounts")[0].GetProperty("token_mirrors")[0].GetProperty("failing_since").ValueKind.ShouldBe(JsonValueKind.String);

        ShouldHoldNoSecret(sync + error + check + checkError + status + statusError + json, installation.WeChat.Account.Tokens.Stable!);
        (await installation.Database.ReadAsync<bool>($"select bool_and(m::text not like '%{Password}%') from followersync.token_mirrors m")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_worker_refills_a_cache_that_was_emptied_and_serves_tokens_on_its_page()
    {
        await using RedisServer redis = await RedisServer.StartAsync(Password);
        await using Installation installation = await StartAsync(redis.Connection);
        installation.Settings["Schedule__Cron"] = "0 30 3 * * ?";
        await using FollowerSyncProcess worker = installation.Start("run");
        string key = $"wx:access_token:{installation.WeChat.Account.AppId}";
        await Installation.UntilAsync(async () => await redis.ReadAsync(key) is not null, "the mirror has the token", worker);
        await redis.Server.FlushAllDatabasesAsync();

        await Installation.UntilAsync(async () => await redis.ReadAsync(key) is not null, "the mirror has the token again", worker);

        string address = worker.Output.Split("status page listens on ")[1].Split('\n')[0];
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri($"{address}/token/{installation.WeChat.Account.AppId}"));
        request.Headers.Authorization = new("Bearer", Bearer);
        using HttpResponseMessage answer = await client.SendAsync(request);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(installation.WeChat.Account.Tokens.Stable!);
        (await worker.StopAsync()).ExitCode.ShouldBe(0);
        installation.WeChat.Requests.Count("/cgi-bin/stable_token").ShouldBe(1);
        ShouldHoldNoSecret(worker.Output + worker.Error, installation.WeChat.Account.Tokens.Stable!);
    }

    [Fact]
    public async Task The_login_that_the_documentation_names_is_enough()
    {
        await using RedisServer redis = await RedisServer.StartAsync(Password);
        string line = File.ReadAllLines(Repository.PathOf("docs/tokens.md")).First(one => one.Contains("ACL SETUSER", StringComparison.Ordinal));
        string[] words = line.Split('`')[1].Split(' ');
        await redis.Server.ExecuteAsync(words[0], [.. words[1..].Select(word => (object)word.Replace(">PASSWORD", $">{Password}2", StringComparison.Ordinal))]);
        await using Installation installation = await StartAsync($"{redis.Address},user=followersync,password={Password}2");

        (int exitCode, string check, _) = await installation.InvokeAsync("check");

        exitCode.ShouldBe(0);
        check.ShouldMatch($"ok       brand0, mirror: Redis {redis.Address}, WxJava: has the token");
    }

    [Fact]
    public async Task A_worker_reads_the_token_that_another_program_keeps_and_check_says_so()
    {
        await using RedisServer redis = await RedisServer.StartAsync(Password);
        await using Installation installation = await Installation.CreateAsync(Tiny);
        installation.Settings["WeChat__Accounts__0__AppSecret"] = "";
        installation.Settings["WeChat__Accounts__0__TokenSource"] = "Redis";
        installation.Settings["WeChat__Accounts__0__TokenRedis__Connection"] = redis.Connection;
        installation.Settings["WeChat__Accounts__0__TokenRedis__Key"] = "wx:access_token:{appid}";
        string key = $"wx:access_token:{installation.WeChat.Account.AppId}";
        (int exitCode, string check, _) = await installation.InvokeAsync("check");
        exitCode.ShouldBe(1);
        check.ShouldContain($"there is nothing under the key {key}");

        string token = installation.WeChat.Account.Tokens.RotateByAnotherProgram();
        await redis.Database.StringSetAsync(key, token, TimeSpan.FromHours(2));
        (await installation.InvokeAsync("sync")).ExitCode.ShouldBe(0);
        (exitCode, check, string error) = await installation.InvokeAsync("check");

        exitCode.ShouldBe(0, check);
        check.ShouldContain($"brand0, token in Redis: Redis {redis.Address} has one, for 1 h 59 min");
        ShouldHoldNoSecret(check + error, token);
        (await redis.Server.DatabaseSizeAsync()).ShouldBe(1);
    }

    private static async Task<Installation> StartAsync(string connection)
    {
        Installation installation = await Installation.CreateAsync(Tiny);
        installation.Settings["Token__Mirrors__0__Connection"] = connection;
        installation.Settings["Token__Service__Clients__0__Name"] = "shop";
        installation.Settings["Token__Service__Clients__0__Bearer"] = Bearer;
        return installation;
    }

    private static void ShouldHoldNoSecret(string text, string token)
    {
        text.ShouldNotContain(Password);
        text.ShouldNotContain(Bearer);
        text.ShouldNotContain(token);
    }
}
