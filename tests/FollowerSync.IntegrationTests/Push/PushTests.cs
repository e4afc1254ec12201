using System.Globalization;
using System.Net;
using System.Text.Json;
using FollowerSync.Accounts;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>What is taken, with npm's wechat-crypto as WeChat.</summary>
public sealed class PushTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly NodePeer _weChat = NodePeer.Start("push-sender.js");
    private readonly List<IAsyncDisposable> _open = [];

    private static PushKeys Brand => PushKeys.Brand;

    public Task InitializeAsync() => database.ExecuteAsync("truncate followersync.arrivals");

    public async Task DisposeAsync()
    {
        foreach (IAsyncDisposable one in _open)
            await one.DisposeAsync();
        _weChat.Dispose();
    }

    [Fact]
    public async Task The_address_check_is_answered_with_its_own_text()
    {
        PushScene scene = await SceneAsync();

        (await scene.GetAsync($"/wechat/{Brand.AppId}?{SignedPush.Check(Brand, "<b>5837397520665436492</b>")}")).ShouldBe((HttpStatusCode.OK, "<b>5837397520665436492</b>"));
        (await scene.GetAsync($"/wechat/{Brand.AppId}?{SignedPush.Check(Brand with { Token = "TokenOfSomebody" }, "1")}")).ShouldBe((HttpStatusCode.Forbidden, ""));
        (await scene.GetAsync($"/wechat/{Brand.AppId}?{SignedPush.Check(Brand, "1", Now.AddHours(-1))}")).ShouldBe((HttpStatusCode.Forbidden, ""));
        (await scene.GetAsync($"/wechat/wxffffffffffffffff?{SignedPush.Check(Brand, "1")}")).ShouldBe((HttpStatusCode.NotFound, ""));
        (await scene.GetAsync($"/wechat/{Brand.AppId}?{SignedPush.Check(Brand, "")}")).ShouldBe((HttpStatusCode.BadRequest, ""));
    }

    [Theory]
    [InlineData("safe")]
    [InlineData("compatible")]
    public async Task A_follower_is_in_the_inbox_before_success_is_answered(string mode)
    {
        PushScene scene = await SceneAsync();
        long at = Now.ToUnixTimeSeconds() - 5;

        (await scene.PostAsync(Brand, await WeChatAsync(SignedPush.Event("oAnna_000000000000000000000000", "subscribe", "<EventKey><![CDATA[]]></EventKey>", at), mode))).ShouldBe((HttpStatusCode.OK, "success"));

        (await RowsAsync()).ShouldBe(string.Create(CultureInfo.InvariantCulture, $"{Brand.AppId}|oAnna_000000000000000000000000|subscribe||{at}|push|true|waiting"));
    }

    [Fact]
    public async Task The_same_message_encrypted_anew_is_one_arrival_and_another_of_the_same_second_is_another()
    {
        PushScene scene = await SceneAsync();
        string first = SignedPush.Event("oAnna", "subscribe", at: 1_790_000_000);
        string second = SignedPush.Event("oAnna", "unsubscribe", at: 1_790_000_000);

        foreach (string message in new[] { first, first, second, first, second })
            (await scene.PostAsync(Brand, await WeChatAsync(message))).Status.ShouldBe(HttpStatusCode.OK);

        (await CountAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Every_length_of_padding_is_read()
    {
        PushScene scene = await SceneAsync();

        for (int length = 0; length < 34; length++)
            (await scene.PostAsync(Brand, await WeChatAsync(SignedPush.Event("oAnna", "scan", $"<EventKey>{new string('7', length)}</EventKey>")))).ShouldBe((HttpStatusCode.OK, "success"));

        (await CountAsync()).ShouldBe(34);
    }

    [Theory]
    [InlineData("subscribe", "<EventKey><![CDATA[qrscene_123]]></EventKey><Ticket><![CDATA[TICKET]]></Ticket>", "subscribe|qrscene_123")]
    [InlineData("SCAN", "<EventKey><![CDATA[shop 🎈]]></EventKey><Ticket><![CDATA[TICKET]]></Ticket>", "scan|shop 🎈")]
    [InlineData(" Unsubscribe ", "<EventKey/>", "unsubscribe|")]
    [InlineData("CLICK", "<EventKey>menu &lt;1&gt;</EventKey>", "click|menu <1>")]
    [InlineData("subscribe", "<eventkey> qrscene_9 </eventkey><SendLocationInfo><EventKey>x</EventKey></SendLocationInfo>", "subscribe|qrscene_9")]
    public async Task Events_are_kept_with_what_they_say(string kind, string more, string expected)
    {
        PushScene scene = await SceneAsync();

        (await scene.PostAsync(Brand, await WeChatAsync(SignedPush.Event("oAnna", kind, more)))).ShouldBe((HttpStatusCode.OK, "success"));

        (await database.ReadAsync<string>("select kind || '|' || coalesce(event_key, '') from followersync.arrivals")).ShouldBe(expected);
    }

    [Theory]
    [InlineData("<xml><ToUserName>gh_b</ToUserName><FromUserName>oPlatform</FromUserName><CreateTime>1790000000</CreateTime><MsgType>event</MsgType><Event>user_authorization_revoke</Event><OpenID>oAnna</OpenID><AppID>wx00C0FFEE00c0ffee</AppID><RevokeInfo>205</RevokeInfo></xml>", "user_authorization_revoke|oAnna|205")]
    [InlineData("<xml><tousername>gh_b</tousername><fromusername>oPlatform</fromusername><createtime>1790000000</createtime><msgtype>event</msgtype><event>user_authorization_cancellation</event><openid>oAnna</openid><appid>wx00c0ffee00c0ffee</appid></xml>", "user_authorization_cancellation|oAnna|")]
    [InlineData("<xml><FromUserName>oPlatform</FromUserName><CreateTime>1790000000</CreateTime><MsgType>event</MsgType><Event>user_info_modified</Event></xml>", "user_info_modified||")]
    [InlineData("""{"ToUserName":"gh_b","FromUserName":"oPlatform","CreateTime":1790000000,"MsgType":"event"," Event":"user_authorization_revoke"," OpenID":"oAnna"," AppID":"wx00c0ffee00c0ffee"," RevokeInfo":1}""", "user_authorization_revoke|oAnna|1")]
    [InlineData("""{"FromUserName":"oPlatform","CreateTime":"1790000000","MsgType":"event","Event":"user_authorization_revoke","openid":"oAnna","RevokeInfo":"201"}""", "user_authorization_revoke|oAnna|201")]
    public async Task Privacy_events_name_the_person_in_their_own_field_however_it_is_written(string message, string expected)
    {
        PushScene scene = await SceneAsync();

        (await scene.PostAsync(Brand, await WeChatAsync(message))).ShouldBe((HttpStatusCode.OK, "success"));

        (await database.ReadAsync<string>("select kind || '|' || openid || '|' || coalesce(event_key, '') from followersync.arrivals")).ShouldBe(expected);
    }

    [Theory]
    [InlineData("<xml><FromUserName>oAnna</FromUserName><CreateTime>1790000000</CreateTime><MsgType>text</MsgType><Content>hello 😀 &#x1;</Content><MsgId>1</MsgId></xml>")]
    [InlineData("<xml><FromUserName>oAnna</FromUserName><CreateTime>1790000000</CreateTime><MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><Status>success</Status></xml>")]
    public async Task What_is_no_news_about_a_follower_is_answered_and_not_kept(string message)
    {
        PushScene scene = await SceneAsync();

        (await scene.PostAsync(Brand, await WeChatAsync(message))).ShouldBe((HttpStatusCode.OK, "success"));

        (await CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Plain_mode_is_taken_by_setting_only_and_is_never_trusted()
    {
        string message = SignedPush.Event("oAnna", "unsubscribe", "<EventKey>x</EventKey>", at: 1_600_000_000);
        PushScene closed = await SceneAsync();
        (await closed.PostAsync(Brand, await WeChatAsync(message, "plain"))).ShouldBe((HttpStatusCode.Forbidden, ""));

        AccountOptions open = Brand.Account;
        open.Push.AllowPlain = true;
        PushScene scene = await SceneAsync(open);
        (await scene.PostAsync(Brand, await WeChatAsync(message, "plain"))).ShouldBe((HttpStatusCode.OK, "success"));
        (await database.ReadAsync<string>("select kind || trusted || coalesce(event_key, '-') || (happened_at > now() - interval '1 hour') from followersync.arrivals")).ShouldBe("unsubscribefalse-true");

        // A forged copy does not keep WeChat's own message out.
        (await scene.PostAsync(Brand, await WeChatAsync(message))).Status.ShouldBe(HttpStatusCode.OK);
        (await database.ReadAsync<long>("select count(*) from followersync.arrivals where trusted")).ShouldBe(1);
    }

    [Fact]
    public async Task Where_a_message_is_there_plain_and_encrypted_only_the_encrypted_one_counts()
    {
        AccountOptions open = Brand.Account;
        open.Push.AllowPlain = true;
        PushScene scene = await SceneAsync(open);
        SignedPush push = await WeChatAsync(SignedPush.Event("oAnna", "subscribe"), "compatible");

        (await scene.PostAsync(Brand, push with { Body = push.Body.Replace("oAnna", "oForged", StringComparison.Ordinal) })).Status.ShouldBe(HttpStatusCode.OK);
        (await scene.PostAsync(Brand, push with { Query = push.Query.Split("&encrypt_type")[0] })).Status.ShouldBe(HttpStatusCode.Forbidden);

        (await database.ReadAsync<string>("select string_agg(openid, ',') from followersync.arrivals")).ShouldBe("oAnna");
    }

    [Fact]
    public async Task Where_no_key_is_set_and_plain_mode_is_taken_so_is_what_stands_plain_beside_the_encrypted_one()
    {
        AccountOptions open = Brand.Account;
        (open.Push.AllowPlain, open.Push.EncodingAesKey) = (true, "");
        PushScene scene = await SceneAsync(open);

        (await scene.PostAsync(Brand, await WeChatAsync(SignedPush.Event("oAnna", "subscribe"), "compatible"))).ShouldBe((HttpStatusCode.OK, "success"));
        (await scene.PostAsync(Brand, await WeChatAsync(SignedPush.Event("oBert", "subscribe")))).Status.ShouldBe(HttpStatusCode.BadRequest, "it is nothing but encrypted");

        (await database.ReadAsync<string>("select string_agg(openid || trusted, ',') from followersync.arrivals")).ShouldBe("oAnnafalse");
    }

    [Fact]
    public async Task A_token_and_a_key_of_before_are_good_while_they_are_in_the_settings()
    {
        AccountOptions account = Brand.Account;
        account.Push.Token = "TokenThatIsNew";
        account.Push.EncodingAesKey = new string('n', 43);
        SignedPush old = await WeChatAsync(SignedPush.Event("oAnna", "subscribe"));
        PushScene without = await SceneAsync(account);
        (await without.PostAsync(Brand, old)).Status.ShouldBe(HttpStatusCode.Forbidden);

        account.Push.PreviousToken = Brand.Token;
        account.Push.PreviousEncodingAesKey = Brand.Key;
        PushScene scene = await SceneAsync(account);
        (await scene.PostAsync(Brand, old)).Status.ShouldBe(HttpStatusCode.OK);
        PushKeys newer = Brand with { Token = "TokenThatIsNew", Key = new string('n', 43) };
        (await scene.PostAsync(newer, SignedPush.Safe(newer, SignedPush.Event("oBert", "subscribe")))).Status.ShouldBe(HttpStatusCode.OK);
        PushKeys between = Brand with { Token = "TokenThatIsNew" };
        (await scene.PostAsync(between, SignedPush.Safe(between, SignedPush.Event("oCarl", "subscribe")))).Status.ShouldBe(HttpStatusCode.OK);
        (await CountAsync()).ShouldBe(3);
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private async Task<PushScene> SceneAsync(AccountOptions? account = null)
    {
        PushScene scene = await PushScene.StartAsync(database.Open(), [account ?? Brand.Account]);
        _open.Add(scene);
        return scene;
    }

    private async Task<SignedPush> WeChatAsync(string message, string mode = "safe")
    {
        string answer = await _weChat.AskAsync(JsonSerializer.Serialize(new
        {
            token = Brand.Token,
            key = Brand.Key,
            appId = Brand.AppId,
            message,
            mode,
            timestamp = Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            nonce = "n" + Random.Shared.Next().ToString(CultureInfo.InvariantCulture),
        }));
        using JsonDocument push = JsonDocument.Parse(answer);
        return new SignedPush(push.RootElement.GetProperty("query").GetString()!, push.RootElement.GetProperty("body").GetString()!);
    }

    private Task<long> CountAsync() => database.ReadAsync<long>("select count(*) from followersync.arrivals");

    private Task<string> RowsAsync() => database.ReadAsync<string>(
        "select string_agg(concat_ws('|', app_id, openid, kind, coalesce(event_key, ''), extract(epoch from happened_at)::bigint, source, case when trusted then 'true' else 'false' end, state), ';') from followersync.arrivals");
}
