using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A follower list that answers every cursor as it is told, however little sense that makes.</summary>
internal sealed class ScriptedList : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedList(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>What each cursor answers; the empty one is the start.</summary>
    public IReadOnlyDictionary<string, ScriptedPage> Pages { get; set; } = new Dictionary<string, ScriptedPage>(StringComparer.Ordinal);

    /// <summary>Pages asked for so far.</summary>
    public int Asked { get; set; }

    public static async Task<ScriptedList> StartAsync()
    {
        WebApplication app = LoopbackServer.Create();
        ScriptedList list = new(app);
        app.MapPost("/cgi-bin/stable_token", () => Results.Json(new { access_token = "scripted", expires_in = 7200 }));
        app.MapGet("/cgi-bin/user/get", (HttpRequest request) =>
        {
            list.Asked++;
            ScriptedPage page = list.Pages[request.Query["next_openid"].ToString()];
            return page.OpenIds.Count == 0
                ? Results.Json(new { total = page.Total, count = 0, next_openid = page.Next })
                : Results.Json(new { total = page.Total, count = page.OpenIds.Count, data = new { openid = page.OpenIds }, next_openid = page.Next });
        });
        await app.StartAsync();
        return list;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

internal sealed record ScriptedPage(IReadOnlyList<string> OpenIds, string Next, long Total);
