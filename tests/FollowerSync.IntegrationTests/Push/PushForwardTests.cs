using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.IntegrationTests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>A bot behind us: it gets what came and answers as if we were not there.</summary>
public sealed class PushForwardTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    // Npgsql's connection to a port on which nobody listens is refused at once.
    private static readonly FollowerDatabase Nowhere = new(
        FollowerDataSource.Build("Host=127.0.0.1;Port=1;Username=nobody", new DatabaseOptions()), new DatabaseOptions(), TimeProvider.System, NullLogger<FollowerDatabase>.Instance);

    private StandInBot _bot = null!;

    private static PushKeys Brand => PushKeys.Brand;

    public async Task InitializeAsync()
    {
        await database.ExecuteAsync("truncate followersync.arrivals");
        _bot = await StandInBot.StartAsync();
    }

    public async Task DisposeAsync() => await _bot.DisposeAsync();

    [Fact]
    public async Task The_bot_of_npm_wechat_is_asked_as_by_WeChat_and_its_encrypted_answer_goes_back_whole()
    {
        using NodePeer bot = NodePeer.Start("push-bot.js", Brand.Token, Brand.Key, Brand.AppId);
        string port = (await bot.ReadAsync()).Split(' ')[1];
        await using PushScene scene = await SceneAsync(new Uri($"http://127.0.0.1:{port}/"));

        (HttpStatusCode status, string answer) = await scene.PostAsync(Brand, SignedPush.Safe(Brand, SignedPush.Event("oAnna", "subscribe")));

        status.ShouldBe(HttpStatusCode.OK);
        (await bot.ReadAsync()).ShouldContain("oAnna");
        using NodePeer weChat = NodePeer.Start("push-decrypt.js", Brand.Token, Brand.Key, Brand.AppId);
        (await weChat.FilterAsync(answer)).ShouldContain("<Content><![CDATA[hi]]></Content>");
        (await CountAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task The_bot_gets_body_and_query_letter_by_letter()
    {
        await using PushScene scene = await SceneAsync(_bot.Address);
        SignedPush push = SignedPush.Safe(Brand, SignedPush.Event("oAnna", "subscribe"));
        string query = push.Query + "&odd=%41%2F%zz+a%20%C3%A9'..//x&&odd=2";

        (await scene.PostAsync($"/wechat/{Brand.AppId}?{query}", push.Body)).ShouldBe((HttpStatusCode.OK, "bot"));

        _bot.Asked.ShouldBe([$"/bot/path?own=1&{query}|text/xml; charset=utf-8|127.0.0.1|{push.Body}"]);
    }

    [Fact]
    public async Task Status_type_and_bytes_of_its_answer_go_back_and_no_redirect_is_followed()
    {
        await using PushScene scene = await SceneAsync(_bot.Address);
        byte[] bytes = [0, 255, 13, 10, 128];
        _bot.Answer = async context =>
        {
            context.Response.StatusCode = 418;
            context.Response.ContentType = "application/x-odd; charset=gb2312";
            context.Response.Headers.SetCookie = "a=b";
            await context.Response.Body.WriteAsync(bytes);
        };
        using HttpClient client = new();
        SignedPush push = SignedPush.Safe(Brand, SignedPush.Event("oAnna", "subscribe"));
        using StringContent content = new(push.Body);
        using HttpResponseMessage answer = await client.PostAsync(new Uri(scene.Address, $"/wechat/{Brand.AppId}?{push.Query}"), content);

        ((int)answer.StatusCode).ShouldBe(418);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("application/x-odd; charset=gb2312");
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(bytes);
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();

        foreach (int status in new[] { 302, 405, 404, 500, 204 })
        {
            _bot.Answer = context =>
            {
                context.Response.StatusCode = status;
                context.Response.Headers.Location = "http://127.0.0.1:1/";
                return Task.CompletedTask;
            };
            (await scene.PostAsync(Brand, push)).ShouldBe(((HttpStatusCode)status, ""));
        }

        _bot.Asked.Count.ShouldBe(6);
    }

    [Fact]
    public async Task A_bot_that_is_down_is_503_and_the_push_is_stored_all_the_same()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        await using PushScene scene = await SceneAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")));

        (await scene.PostAsync(Brand, SignedPush.Safe(Brand, SignedPush.Event("oAnna", "subscribe")))).ShouldBe((HttpStatusCode.ServiceUnavailable, ""));

        await CommandLine.Installation.UntilAsync(async () => await CountAsync() == 1, "the push is stored");
        (await scene.Counts.LineAsync("Push:ForwardTo")).ShouldContain("127.0.0.1");
    }

    [Fact]
    public async Task A_bot_that_is_slow_is_503_before_WeChat_hangs_up()
    {
        TaskCompletionSource end = new();
        _bot.Answer = _ => end.Task;
        await using PushScene scene = await SceneAsync(_bot.Address);
        long start = TimeProvider.System.GetTimestamp();

        (await scene.PostAsync(Brand, SignedPush.Safe(Brand, SignedPush.Event("oAnna", "subscribe")))).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);

        TimeProvider.System.GetElapsedTime(start).ShouldBeInRange(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));
        end.SetResult();
    }

    [Fact]
    public async Task An_answer_without_end_is_503()
    {
        _bot.Answer = async context =>
        {
            byte[] block = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
        };
        await using PushScene scene = await SceneAsync(_bot.Address);

        (await scene.PostAsync(Brand, SignedPush.Safe(Brand, SignedPush.Event("oAnna", "subscribe")))).ShouldBe((HttpStatusCode.ServiceUnavailable, ""));
    }

    [Fact]
    public async Task Without_our_database_the_bot_answers_and_what_is_lost_to_us_is_told()
    {
        await using PushScene scene = await PushScene.StartAsync(Nowhere, [WithBot(_bot.Address)]);

        for (int count = 0; count < 20; count++)
            (await scene.PostAsync(Brand, SignedPush.Safe(Brand, SignedPush.Event("oAnna", "subscribe")))).ShouldBe((HttpStatusCode.OK, "bot"));

        (await scene.Counts.LineAsync("did not store")).ShouldContain("handed on to the bot");
    }

    [Theory]
    [InlineData("signature=1&timestamp=2&nonce=3", "anything")]
    [InlineData("", "")]
    [InlineData("signature=1&signature=2", "<!DOCTYPE x>")]
    public async Task What_we_refuse_the_bot_gets_too(string query, string body)
    {
        _bot.Answer = context =>
        {
            context.Response.StatusCode = 401;
            return context.Response.WriteAsync("not WeChat, says the bot");
        };
        await using PushScene scene = await SceneAsync(_bot.Address);

        (await scene.PostAsync($"/wechat/{Brand.AppId}?{query}", body)).ShouldBe((HttpStatusCode.Unauthorized, "not WeChat, says the bot"));

        (await CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_database_that_stands_still_holds_the_bot_up_only_for_the_first_push()
    {
        await using FrozenTable frozen = await FrozenTable.LockAsync(database);
        await using PushScene scene = await SceneAsync(_bot.Address);
        (await scene.PostAsync(Brand, SignedPush.Safe(Brand, SignedPush.Event("oAnna", "subscribe")))).ShouldBe((HttpStatusCode.OK, "bot"));
        await scene.Counts.LineAsync("handed on to the bot");

        scene.Queue.IsPrompt.ShouldBeFalse();
        (await scene.PostAsync(Brand, SignedPush.Safe(Brand, SignedPush.Event("oBert", "subscribe")))).ShouldBe((HttpStatusCode.OK, "bot"));
    }

    [Fact]
    public async Task The_address_check_is_answered_without_the_bot()
    {
        await using PushScene scene = await SceneAsync(new Uri("http://127.0.0.1:1/"));

        (await scene.GetAsync($"/wechat/{Brand.AppId}?{SignedPush.Check(Brand, "echo")}")).ShouldBe((HttpStatusCode.OK, "echo"));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/xml; by=\u00e9\u00ff\r\nContent-Length: 2\r\n\r\nhi", 200, "hi")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/xml;\u0001\r\nContent-Length: 2\r\n\r\nhi", 200, "hi")]
    [InlineData("HTTP/1.1 205 Reset Content\r\nContent-Length: 2\r\n\r\nhi", 205, "")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", 503, "")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhi", 200, "hi")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, "hi")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", 503, "")]
    [InlineData("nonsense\r\n\r\n", 503, "")]
    public async Task Whatever_a_bot_answers_is_handed_back_or_503_and_no_fault_of_ours(string answer, int status, string text)
    {
        await using RawBot bot = new((_, _) => Encoding.Latin1.GetBytes(answer));
        await using PushScene scene = await SceneAsync(bot.Address);

        (await scene.PostAsync(Brand, SignedPush.Safe(Brand, SignedPush.Event("oAnna", "subscribe")))).ShouldBe(((HttpStatusCode)status, text));

        scene.Faults.Lines.Where(line => line.Contains("fault", StringComparison.Ordinal)).ShouldBeEmpty();
        scene.ServerErrors.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_bot_that_hangs_up_on_a_connection_of_before_is_asked_anew()
    {
        byte[] ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"u8.ToArray();
        await using RawBot bot = new((_, inConnection) => inConnection == 1 ? ok : []) { KeepsAlive = true };
        await using PushScene scene = await SceneAsync(bot.Address);

        for (int count = 0; count < 6; count++)
            (await scene.PostAsync(Brand, SignedPush.Safe(Brand, SignedPush.Event("oAnna", "subscribe")))).ShouldBe((HttpStatusCode.OK, "hi"));
    }

    private static AccountOptions WithBot(Uri bot)
    {
        AccountOptions account = Brand.Account;
        account.Push.ForwardTo = bot;
        return account;
    }

    private Task<PushScene> SceneAsync(Uri bot) => PushScene.StartAsync(database.Open(), [WithBot(bot)]);

    private Task<long> CountAsync() => database.ReadAsync<long>("select count(*) from followersync.arrivals");
}
