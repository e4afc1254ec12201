using System.Text;
using FollowerSync.IntegrationTests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>A bot that answers whatever a test wants, and remembers what it was asked.</summary>
internal sealed class StandInBot : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StandInBot(WebApplication app) => _app = app;

    public Uri Address => new(new Uri(_app.Urls.First()), "/bot/path?own=1");

    /// <summary>Path and query, headers and body of each request.</summary>
    public List<string> Asked { get; } = [];

    public Func<HttpContext, Task> Answer { get; set; } = context => context.Response.WriteAsync("bot");

    public static async Task<StandInBot> StartAsync()
    {
        WebApplication app = LoopbackServer.Create();
        StandInBot bot = new(app);
        app.Run(bot.AnswerAsync);
        await app.StartAsync();
        return bot;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using StreamReader body = new(context.Request.Body, Encoding.UTF8);
        string text = $"{context.Request.Path}{context.Request.QueryString}|{context.Request.ContentType}|{context.Request.Headers["X-Forwarded-For"]}|{await body.ReadToEndAsync()}";
        lock (Asked)
            Asked.Add(text);
        await Answer(context);
    }
}
