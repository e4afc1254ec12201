using System.Net;
using System.Text;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>nginx in front of the customer's bot, copying every request to us (<c>mirror</c>): the bot is npm's wechat, WeChat its own keep-alive connection.</summary>
public sealed class PushMirrorTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private NodePeer _bot = null!;
    private string _botPort = "";

    private static PushKeys Brand => PushKeys.Brand;

    public async Task InitializeAsync()
    {
        _bot = NodePeer.Start("push-bot.js", Brand.Token, Brand.Key, Brand.AppId);
        _botPort = (await _bot.ReadAsync()).Split(' ')[1];
    }

    public Task DisposeAsync()
    {
        _bot.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task We_store_the_copy_and_the_bot_answers()
    {
        await using PushScene scene = await PushScene.StartAsync(database.Open(), [Brand.Account]);
        await using NginxProxy nginx = await MirrorAsync(scene.Address);

        await AskBotAsync(nginx, times: 5);

        await CommandLine.Installation.UntilAsync(() => database.ReadAsync<bool>("select count(*) = 5 from followersync.arrivals"), "five arrivals");
    }

    [Fact]
    public async Task The_bot_answers_while_we_are_dead()
    {
        await using NginxProxy nginx = await MirrorAsync(new Uri("http://127.0.0.1:1/"));

        await AskBotAsync(nginx, times: 5);
    }

    [Fact]
    public async Task The_first_answer_of_the_bot_does_not_wait_for_us_when_we_are_slow()
    {
        await using FrozenTable frozen = await FrozenTable.LockAsync(database);
        await using PushScene scene = await PushScene.StartAsync(database.Open(), [Brand.Account]);
        await using NginxProxy nginx = await MirrorAsync(scene.Address);

        using HttpClient weChat = new();
        Task<HttpResponseMessage> ours = PostAsync(weChat, new Uri(scene.Address, $"wechat/{Brand.AppId}"), "oAskedOfUs");
        await AskBotAsync(nginx, times: 1);

        ours.IsCompleted.ShouldBeFalse();
        weChat.CancelPendingRequests();
        await Should.ThrowAsync<OperationCanceledException>(() => ours);
    }

    [Fact]
    public async Task A_copy_whose_answer_nginx_does_not_wait_for_is_stored_all_the_same()
    {
        await database.ExecuteAsync("truncate followersync.arrivals");
        await using PushScene scene = await PushScene.StartAsync(database.Open(), [Brand.Account]);
        await using NginxProxy nginx = await MirrorAsync(scene.Address, "100ms");
        await using (FrozenTable frozen = await FrozenTable.LockAsync(database))
            await AskBotAsync(nginx, times: 3);

        await CommandLine.Installation.UntilAsync(() => database.ReadAsync<bool>("select count(*) = 3 from followersync.arrivals"), "three arrivals");
    }

    private Task<NginxProxy> MirrorAsync(Uri us, string patience = "3s") => NginxProxy.StartAsync(
        $"""
        location / {'{'} mirror /copy; proxy_pass http://127.0.0.1:{_botPort}; {'}'}
        location = /copy {'{'}
            internal; proxy_pass {us.GetLeftPart(UriPartial.Authority)}/wechat/{Brand.AppId}$is_args$args;
            proxy_connect_timeout 1s; proxy_read_timeout {patience};
        {'}'}
        """);

    private static async Task AskBotAsync(NginxProxy nginx, int times)
    {
        using HttpClient weChat = new();
        for (int count = 0; count < times; count++)
        {
            using HttpResponseMessage answer = await PostAsync(weChat, nginx.Address, $"oPerson_{count}");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("<Encrypt>");
        }
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient weChat, Uri address, string openId)
    {
        SignedPush push = SignedPush.Safe(Brand, SignedPush.Event(openId, "subscribe"));
        using StringContent content = new(push.Body, Encoding.UTF8, "text/xml");
        return await weChat.PostAsync(new Uri(address, $"?{push.Query}"), content);
    }
}
