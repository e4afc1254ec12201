using System.Net;
using System.Security.Cryptography;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>What is not taken: nothing of it is stored, nobody is told why but the log, and that a line a minute.</summary>
public sealed class PushRefusalTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private static readonly string Follow = SignedPush.Event("oAnna", "subscribe");

    private PushScene _scene = null!;

    private static PushKeys Brand => PushKeys.Brand;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async Task InitializeAsync() => _scene = await PushScene.StartAsync(database.Open(), [Brand.Account]);

    public async Task DisposeAsync()
    {
        (await database.ReadAsync<long>("select count(*) from followersync.arrivals")).ShouldBe(0, "nothing of what was refused is stored");
        _scene.Faults.Lines.Where(line => line.Contains("fault", StringComparison.Ordinal)).ShouldBeEmpty();
        await _scene.DisposeAsync();
    }

    public static TheoryData<string, int> Cases() => new()
    {
        { "wrong signature", 403 },
        { "signature of another token", 403 },
        { "no signature", 403 },
        { "signature that is not ASCII", 403 },
        { "signature of 39 digits", 403 },
        { "signature twice", 400 },
        { "nonce twice", 400 },
        { "wrong msg_signature", 403 },
        { "no msg_signature", 403 },
        { "an hour old", 403 },
        { "an hour ahead", 403 },
        { "time that is no number", 403 },
        { "another account inside", 403 },
        { "ciphertext changed", 403 },
        { "another key", 400 },
        { "not a block", 400 },
        { "no block at all", 403 },
        { "random blocks", 400 },
        { "pad of 0", 400 },
        { "pad of 33", 400 },
        { "pad bytes that differ", 400 },
        { "length beyond the end", 400 },
        { "negative length", 400 },
        { "not base64", 400 },
        { "plain body", 403 },
        { "empty body", 400 },
        { "no XML", 400 },
        { "XML cut off", 400 },
        { "two messages", 400 },
        { "DTD outside", 400 },
        { "DTD inside", 400 },
        { "70 kB", 413 },
        { "70 kB unsigned", 413 },
        { "JSON of arrays", 400 },
        { "event without a name", 400 },
        { "event of a strange name", 400 },
        { "no openid", 400 },
        { "openid with a blank", 400 },
        { "openid with a control character", 400 },
        { "openid of 65 letters", 400 },
        { "openid that is not ASCII", 400 },
        { "said twice in two ways", 400 },
        { "AppID of another account", 403 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_is_refused_without_a_word(string kind, int status)
    {
        SignedPush push = Make(kind);

        (await _scene.PostAsync(Brand, push)).ShouldBe(((HttpStatusCode)status, ""));

        (await _scene.Counts.LineAsync("127.0.0.1")).ShouldNotContain("oAnna");
    }

    [Fact]
    public async Task An_account_that_takes_no_pushes_is_not_there()
    {
        SignedPush push = SignedPush.Safe(Brand, Follow);

        (await _scene.PostAsync($"/wechat/wx1111111111111111?{push.Query}", push.Body)).ShouldBe((HttpStatusCode.NotFound, ""));
        (await _scene.PostAsync($"/wechat/?{push.Query}", push.Body)).ShouldBe((HttpStatusCode.NotFound, ""));
    }

    [Fact]
    public async Task A_storm_of_forged_pushes_is_a_line_of_the_log_without_their_queries()
    {
        for (int count = 0; count < 300; count++)
            (await _scene.PostAsync($"/wechat/{Brand.AppId}?signature=0123456789012345678901234567890123456789&timestamp=1&nonce=hunter2", "<xml/>")).Status.ShouldBe(HttpStatusCode.Forbidden);

        _scene.Counts.Lines.Count.ShouldBe(1);
        _scene.Counts.Lines[0].ShouldNotContain("hunter2");
    }

    private static SignedPush Make(string kind)
    {
        SignedPush right = SignedPush.Safe(Brand, Follow);
        byte[] content = SignedPush.Content(Brand.AppId, Follow);
        return kind switch
        {
            "wrong signature" => right with { Query = "signature=" + new string('0', 40) + right.Query[50..] },
            "signature of another token" => SignedPush.Safe(Brand with { Token = "TokenOfSomebody" }, Follow),
            "no signature" => right with { Query = right.Query[51..] },
            "signature that is not ASCII" => right with { Query = "signature=" + Uri.EscapeDataString(new string('é', 40)) + right.Query[50..] },
            "signature of 39 digits" => right with { Query = right.Query.Remove(10, 1) },
            "signature twice" => right with { Query = right.Query + "&" + right.Query[..50] },
            "nonce twice" => right with { Query = right.Query + "&nonce=1" },
            "wrong msg_signature" => right with { Query = right.Query[..^4] + "0000" },
            "no msg_signature" => right with { Query = right.Query.Split("&msg_signature")[0] },
            "an hour old" => SignedPush.Safe(Brand, Follow, Now.AddHours(-1)),
            "an hour ahead" => SignedPush.Safe(Brand, Follow, Now.AddHours(1)),
            "time that is no number" => SignedPush.Of(Brand, "x", DateTimeOffset.MinValue),
            "another account inside" => SignedPush.Of(Brand, Encrypted(SignedPush.Content("wx2222222222222222", Follow))),
            "ciphertext changed" => right with { Body = right.Body.Replace("<Encrypt><![CDATA[", "<Encrypt><![CDATA[AAAA", StringComparison.Ordinal) },
            "another key" => SignedPush.Of(Brand, SignedPush.Encrypt(Brand with { Key = new string('k', 43) }, SignedPush.Pad(content))),
            "not a block" => SignedPush.Of(Brand, Convert.ToBase64String(RandomNumberGenerator.GetBytes(47))),
            "no block at all" => SignedPush.Of(Brand, ""),
            "random blocks" => SignedPush.Of(Brand, Encrypted([.. RandomNumberGenerator.GetBytes(63), 77], pads: false)),
            "pad of 0" => SignedPush.Of(Brand, Encrypted([.. content, .. new byte[32 - (content.Length % 32)]], pads: false)),
            "pad of 33" => SignedPush.Of(Brand, Encrypted([.. SignedPush.Pad(content)[..^32], .. Enumerable.Repeat((byte)33, 64)], pads: false)),
            "pad bytes that differ" => SignedPush.Of(Brand, Encrypted([.. content, .. new byte[31 - (content.Length % 32)], (byte)(32 - (content.Length % 32))], pads: false)),
            "length beyond the end" => SignedPush.Of(Brand, Encrypted([.. content[..16], 0, 0, 255, 255, .. content[20..]])),
            "negative length" => SignedPush.Of(Brand, Encrypted([.. content[..16], 255, 255, 255, 0, .. content[20..]])),
            "not base64" => SignedPush.Of(Brand, "%%%"),
            "plain body" => SignedPush.Plain(Brand, Follow),
            "empty body" => right with { Body = "" },
            "no XML" => right with { Body = "hello" },
            "XML cut off" => right with { Body = right.Body[..^9] },
            "two messages" => right with { Body = right.Body.Replace("</xml>", "<Encrypt>x</Encrypt></xml>", StringComparison.Ordinal) },
            "DTD outside" => right with { Body = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>" + right.Body },
            "DTD inside" => SignedPush.Safe(Brand, "<!DOCTYPE x [<!ENTITY e \"oEve\">]>" + SignedPush.Event("&e;", "subscribe")),
            "70 kB" => right with { Body = right.Body + new string(' ', 70_000) },
            "70 kB unsigned" => new SignedPush("", new string(' ', 70_000)),
            "JSON of arrays" => right with { Body = "{\"Encrypt\":[1,2" },
            "event without a name" => SignedPush.Safe(Brand, SignedPush.Event("oAnna", "")),
            "event of a strange name" => SignedPush.Safe(Brand, SignedPush.Event("oAnna", "drop table")),
            "no openid" => SignedPush.Safe(Brand, SignedPush.Event("", "subscribe")),
            "openid with a blank" => SignedPush.Safe(Brand, SignedPush.Event("oAnna oBert", "subscribe")),
            "openid with a control character" => SignedPush.Safe(Brand, SignedPush.Event("]]>oAn&#0;na<![CDATA[", "subscribe")),
            "openid of 65 letters" => SignedPush.Safe(Brand, SignedPush.Event(new string('o', 65), "subscribe")),
            "openid that is not ASCII" => SignedPush.Safe(Brand, SignedPush.Event("oÄnna", "subscribe")),
            "said twice in two ways" => SignedPush.Safe(Brand, SignedPush.Event("oAnna", "subscribe", "<fromusername>oBert</fromusername>")),
            "AppID of another account" => SignedPush.Safe(Brand, SignedPush.Event("oP", "user_info_modified", "<OpenID>oAnna</OpenID><AppID>wx2222222222222222</AppID>")),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
        };
    }

    private static string Encrypted(byte[] content, bool pads = true) => SignedPush.Encrypt(Brand, pads ? SignedPush.Pad(content) : content);
}
