using System.Text.Json;
using FollowerSync.Tests.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A WeChat of three followers, a token service, and whatever stands between them and us: while an API is spoiled its answers repeat secrets, tokens and
/// people's data, in any encoding, cut anywhere, as an error, as a page or as nonsense. The seed decides which.</summary>
internal sealed class EchoingWeChat : IAsyncDisposable
{
    public const string AppSecret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
    public const string Bearer = "bearer-of-the-token+service/9876";
    public const string Token = "91_Kx0-live_token-Zz81mQpLr7sT3vWyB6nC4dE5fG9hJ2kM";

    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] OpenIds = ["oEcho00A1b2C3d4E5f6G7h8I9j0K", "oEcho00L1m2N3o4P5q6R7s8T9u0V", "oEcho00W1x2Y3z4A5b6C7d8E9f0G"];

    private readonly WebApplication _app;
    private readonly Random _dice;

    private EchoingWeChat(WebApplication app, int seed)
    {
        _app = app;
        _dice = new Random(seed);
    }

    public Uri Address => new(_app.Urls.First());

    /// <summary>The APIs whose answers are spoiled; <c>/tokens</c> is the token service.</summary>
    public Func<string, bool> IsSpoiled { get; set; } = _ => false;

    /// <summary>How many spoiled answers were given.</summary>
    public int Spoiled { get; private set; }

    public static IReadOnlyList<string> Secrets { get; } = [AppSecret, Bearer, Token];

    /// <summary>What tells who somebody is, beside the openid.</summary>
    public static IReadOnlyList<string> Personal { get; } = ["小明的很长很长很长的名字呀", "city of one person 77", "note on this very person", "oUnionEcho0123456789abcdefgh"];

    public static IReadOnlyList<string> People => OpenIds;

    public static async Task<EchoingWeChat> StartAsync(int seed)
    {
        WebApplication app = LoopbackServer.Create();
        var wechat = new EchoingWeChat(app, seed);
        app.Run(wechat.AnswerAsync);
        await app.StartAsync();
        return wechat;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        string body = path switch
        {
            "/cgi-bin/token" or "/cgi-bin/stable_token" or "/tokens" => Json(new { access_token = Token, expires_in = 7200 }),
            "/cgi-bin/user/get" => context.Request.Query.ContainsKey("next_openid") ? Json(new { total = 3, count = 0, next_openid = "" })
                : Json(new { total = 3, count = 3, data = new { openid = OpenIds }, next_openid = OpenIds[^1] }),
            "/cgi-bin/user/info" => Json(Profile(context.Request.Query["openid"].ToString())),
            "/cgi-bin/user/info/batchget" => Json(new { user_info_list = (await AskedAsync(context)).Select(Profile) }),
            "/cgi-bin/groups/get" => Json(new { groups = new[] { new { id = 1, name = "one", count = 3 } } }),
            "/cgi-bin/tags/get" => Json(new { tags = new[] { new { id = 2, name = "two", count = 3 } } }),
            "/cgi-bin/tags/members/getblacklist" => Json(new { total = 0, count = 0, next_openid = "" }),
            "/cgi-bin/openapi/quota/get" => Json(new { errcode = 0, quota = new { daily_limit = 1000, used = 1, remain = 999 } }),
            _ => Json(new { list = Array.Empty<object>() }),
        };
        if (IsSpoiled(path))
            await SpoilAsync(context, body);
        else
            await context.Response.WriteAsync(body);
    }

    private async Task SpoilAsync(HttpContext context, string right)
    {
        string body;
        lock (_dice)
        {
            Spoiled++;
            string echo = Echo();
            int kind = _dice.Next(8);
            context.Response.StatusCode = kind is 5 or 6 ? 502 : 200;
            context.Response.ContentType = kind is 5 ? "text/html" : "application/json; encoding=utf-8";
            body = kind switch
            {
                0 or 1 => $$"""{"errcode":{{Code()}},"errmsg":{{Json($"system error {echo}\n2026-11-25 forged\u001b[2J rid: 66aa0000-12345678-00000000")}}}""",
                2 => Cut(right),
                3 => $$"""{ {{Json(echo)}}:{{Json(echo)}},"data":{"accessToken":{{Json(echo)}} } }""",
                4 => echo,
                5 => $"<html><title>login</title>the address {context.Request.Path}{context.Request.QueryString} {echo}</html>",
                6 => Cut($$"""{"errcode":40001,"errmsg":{{Json(echo)}}}"""),
                _ => $$"""{"errcode":0,"note":tru{{echo}}""",
            };
        }

        await context.Response.WriteAsync(body);
    }

    private string Echo()
    {
        string[] all = [.. Secrets, .. Personal, .. OpenIds];
        string[] forms = [.. EncodedText.FormsOf(all[_dice.Next(all.Length)])];
        string echo = forms[_dice.Next(forms.Length)];
        return _dice.Next(3) == 0 ? Cut(echo) : echo;
    }

    private int Code() => new[] { -1, 40001, 40003, 40013, 40164, 43004, 45009, 48001, 61500, 123456 }[_dice.Next(10)];

    private string Cut(string text) => text[..(1 + _dice.Next(text.Length - 1))];

    private static object Profile(string openId) => new
    {
        subscribe = 1,
        openid = openId,
        nickname = Personal[0],
        city = Personal[1],
        remark = Personal[2],
        unionid = Personal[3][..^1] + openId[^1],
        subscribe_time = 1_700_000_000,
    };

    private static async Task<IEnumerable<string>> AskedAsync(HttpContext context)
    {
        using JsonDocument asked = await JsonDocument.ParseAsync(context.Request.Body);
        return [.. asked.RootElement.GetProperty("user_list").EnumerateArray().Select(entry => entry.GetProperty("openid").GetString()!)];
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, AsWritten);
}
