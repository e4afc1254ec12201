using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A WeChat of a few followers that can list and answer what no real one does: any text for an openid, any JSON for a field, any bytes for an answer.</summary>
internal sealed class StandInWeChat : IAsyncDisposable
{
    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly WebApplication _app;

    private StandInWeChat(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>What stands in the list, in its order, each as it is written in JSON between quotes.</summary>
    public List<string> Listed { get; } = [];

    public int PageSize { get; set; } = 10_000;

    /// <summary>How many more followers WeChat counts than it lists.</summary>
    public long Unlisted { get; set; }

    /// <summary>More fields of everybody's profile, each beginning with a comma.</summary>
    public Func<string, string> Fields { get; set; } = _ => "";

    /// <summary>People who do not follow.</summary>
    public HashSet<string> Gone { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes the answer to a path into its own hands when it returns true.</summary>
    public Func<HttpContext, string, Task<bool>> Instead { get; set; } = (_, _) => Task.FromResult(false);

    public int Asked { get; private set; }

    public static async Task<StandInWeChat> StartAsync(int followers)
    {
        WebApplication app = LoopbackServer.Create();
        var wechat = new StandInWeChat(app);
        wechat.Listed.AddRange(Enumerable.Range(0, followers).Select(i => $"oStandIn_{i:000000}-abcdefghijkl"));
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
            "/cgi-bin/stable_token" => """{"access_token":"stand-in-token","expires_in":7200}""",
            "/cgi-bin/user/get" => Page(context.Request.Query["next_openid"].ToString()),
            "/cgi-bin/user/info" => Profile(context.Request.Query["openid"].ToString()),
            "/cgi-bin/user/info/batchget" => $$"""{"user_info_list":[{{string.Join(',', (await AskedAsync(context)).Select(Profile))}}]}""",
            "/cgi-bin/groups/get" => """{"groups":[{"id":1,"name":"one","count":3}]}""",
            "/cgi-bin/tags/get" => """{"tags":[{"id":2,"name":"two","count":3}]}""",
            "/cgi-bin/tags/members/getblacklist" => """{"total":0,"count":0,"next_openid":""}""",
            "/cgi-bin/openapi/quota/get" => """{"errcode":0,"quota":{"daily_limit":100000,"used":1,"remain":99999}}""",
            _ => """{"list":[]}""",
        };
        if (!await Instead(context, body))
            await context.Response.WriteAsync(body);
    }

    // The cursor is the last one listed, however it looks; as WeChat decodes it, so that what was written with an escape is found too.
    private string Page(string cursor)
    {
        int start = cursor.Length == 0 ? 0 : Listed.FindIndex(written => Decode(written).Trim() == cursor) + 1;
        string[] page = [.. Listed.Skip(start).Take(PageSize)];
        string total = $"\"total\":{Listed.Count + Unlisted}";
        return page.Length == 0 ? $$"""{{{total}},"count":0,"next_openid":""}"""
            : $$"""{{{total}},"count":{{page.Length}},"data":{"openid":["{{string.Join("\",\"", page)}}"]},"next_openid":"{{page[^1]}}"}""";
    }

    private static string Decode(string written)
    {
        try
        {
            return JsonSerializer.Deserialize<string>($"\"{written}\"")!;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return written;
        }
    }

    private string Profile(string openId) => Gone.Contains(openId) ? $$"""{"subscribe":0,"openid":{{JsonSerializer.Serialize(openId, AsWritten)}}}"""
        : $$"""{"subscribe":1,"openid":{{JsonSerializer.Serialize(openId, AsWritten)}}{{Fields(openId)}}}""";

    private async Task<IEnumerable<string>> AskedAsync(HttpContext context)
    {
        using JsonDocument asked = await JsonDocument.ParseAsync(context.Request.Body);
        string[] openIds = [.. asked.RootElement.GetProperty("user_list").EnumerateArray().Select(entry => entry.GetProperty("openid").GetString()!)];
        Asked += openIds.Length;
        return openIds;
    }
}
