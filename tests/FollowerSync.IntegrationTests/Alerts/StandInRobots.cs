using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FollowerSync.IntegrationTests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FollowerSync.IntegrationTests.Alerts;

/// <summary>Robots of WeCom, DingTalk and Feishu, a webhook, Alertmanager and a heartbeat, as strict as the real ones: signature, bytes, messages a minute and a second. Written
/// by their documents, not by our code.</summary>
internal sealed class StandInRobots : IAsyncDisposable
{
    public const string WeComKey = "693a91f6-0000-4aaa-8bbb-1234567890ab";
    public const string DingTalkToken = "9f2d7c11aa5544338899deadbeef00112233445566778899aabbccddeeff0011";
    public const string FeishuToken = "5c3f0a1e-77aa-4d1c-9d55-abcdefabcdef";
    public const string Secret = "SECrobot0secret1of2the3tests4";
    public const string Ping = "b7c1f3aa-1111-4222-8333-444455556666";

    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly List<(string Robot, string Text)> _taken = [];
    private readonly List<(string Robot, DateTimeOffset At)> _asked = [];

    private StandInRobots(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>What each robot took, in its order.</summary>
    public IReadOnlyList<(string Robot, string Text)> Taken
    {
        get
        {
            lock (_gate)
                return [.. _taken];
        }
    }

    /// <summary>Every request, taken or not.</summary>
    public int Asked
    {
        get
        {
            lock (_gate)
                return _asked.Count;
        }
    }

    /// <summary>Answers in the place of a robot, when it returns true.</summary>
    public Func<HttpContext, string, Task<bool>> Instead { get; set; } = (_, _) => Task.FromResult(false);

    /// <summary>The clock of their limits.</summary>
    public Func<DateTimeOffset> Now { get; set; } = TimeProvider.System.GetUtcNow;

    public static async Task<StandInRobots> StartAsync()
    {
        WebApplication app = LoopbackServer.Create();
        StandInRobots robots = new(app);
        app.Run(robots.AnswerAsync);
        await app.StartAsync();
        return robots;
    }

    public IEnumerable<string> TakenBy(string robot) => Taken.Where(one => one.Robot == robot).Select(one => one.Text);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        string robot = context.Request.Path.Value! switch
        {
            "/cgi-bin/webhook/send" => "WeCom",
            "/robot/send" => "DingTalk",
            var path when path.StartsWith("/open-apis/bot/v2/hook/", StringComparison.Ordinal) => "Feishu",
            "/api/v2/alerts" => "Alertmanager",
            var path when path.StartsWith($"/ping/{Ping}", StringComparison.Ordinal) => "Heartbeat",
            _ => "Webhook",
        };
        bool isTooFast = IsTooFast(robot);
        if (await Instead(context, robot))
            return;
        JsonNode? json = robot == "Heartbeat" ? null : JsonNode.Parse(body.ToArray());
        string answer = robot switch
        {
            "WeCom" => WeCom(context, json!, isTooFast),
            "DingTalk" => DingTalk(context, json!, body.Length, isTooFast),
            "Feishu" => Feishu(context, json!, body.Length, isTooFast),
            "Heartbeat" => Take(robot, $"{context.Request.Path.Value![$"/ping/{Ping}".Length..]} {context.Request.Query["rid"]} {Encoding.UTF8.GetString(body.ToArray())}", "OK"),
            _ => Take(robot, json!.ToJsonString(), ""),
        };
        await context.Response.WriteAsync(answer);
    }

    private bool IsTooFast(string robot)
    {
        lock (_gate)
        {
            _asked.Add((robot, Now()));
            return AskedWithin(TimeSpan.FromMinutes(1)) > 20 || (robot == "Feishu" && AskedWithin(TimeSpan.FromSeconds(1)) > 5);
        }

        int AskedWithin(TimeSpan time) => _asked.Count(one => one.Robot == robot && one.At > Now() - time);
    }

    private string WeCom(HttpContext context, JsonNode json, bool isTooFast)
    {
        string text = json["text"]!["content"]!.GetValue<string>();
        return context.Request.Query["key"] != WeComKey ? """{"errcode":93000,"errmsg":"invalid webhook url, hint: [1700000000_1_abc], from ip: 203.0.113.7"}"""
            : isTooFast ? """{"errcode":45009,"errmsg":"api freq out of limit"}"""
            : Encoding.UTF8.GetByteCount(text) > 2048 ? """{"errcode":40058,"errmsg":"text.content exceed max length 2048"}"""
            : Take("WeCom", text, """{"errcode":0,"errmsg":"ok"}""");
    }

    private string DingTalk(HttpContext context, JsonNode json, long bytes, bool isTooFast)
    {
        long milliseconds = long.Parse(context.Request.Query["timestamp"].ToString() is { Length: > 0 } text ? text : "0", CultureInfo.InvariantCulture);
        string sign = Sign(Encoding.UTF8.GetBytes(Secret), $"{milliseconds}\n{Secret}");
        return context.Request.Query["access_token"] != DingTalkToken ? """{"errcode":300001,"errmsg":"token is not exist"}"""
            : context.Request.Query["sign"] != sign || Math.Abs((Now() - DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)).TotalHours) > 1 ? """{"errcode":310000,"errmsg":"sign not match, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]"}"""
            : isTooFast ? """{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}"""
            : bytes > 20_000 ? """{"errcode":460101,"errmsg":"message too long, exceed 20000 bytes"}"""
            : Take("DingTalk", json["text"]!["content"]!.GetValue<string>(), """{"errcode":0,"errmsg":"ok"}""");
    }

    private string Feishu(HttpContext context, JsonNode json, long bytes, bool isTooFast)
    {
        string stamp = json["timestamp"]?.GetValue<string>() ?? "0";
        string sign = Sign(Encoding.UTF8.GetBytes($"{stamp}\n{Secret}"), "");
        bool isOld = Math.Abs((Now() - DateTimeOffset.FromUnixTimeSeconds(long.Parse(stamp, CultureInfo.InvariantCulture))).TotalHours) > 1;
        if (isTooFast)
            context.Response.StatusCode = (int)HttpStatusCode.BadRequest;
        return !context.Request.Path.Value!.EndsWith("/" + FeishuToken, StringComparison.Ordinal) ? """{"code":19001,"msg":"param invalid: incoming webhook access token invalid"}"""
            : isTooFast ? """{"code":9499,"msg":"too many request"}"""
            : json["sign"]?.GetValue<string>() != sign || isOld ? """{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}"""
            : bytes > 20 * 1024 ? """{"code":19036,"msg":"content too long"}"""
            : Take("Feishu", json["content"]!["text"]!.GetValue<string>(), """{"StatusCode":0,"StatusMessage":"success","code":0,"data":{},"msg":"success"}""");
    }

    private string Take(string robot, string text, string answer)
    {
        lock (_gate)
            _taken.Add((robot, text));
        return answer;
    }

    private static string Sign(byte[] key, string text) => Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
}
