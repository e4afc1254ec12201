using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A customer's own token service, as small as they come.</summary>
internal sealed class TokenService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TokenService(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First() + "/token");

    /// <summary>How often it gave a token.</summary>
    public int Asked { get; private set; }

    public static async Task<TokenService> StartAsync(string bearer, Func<string> issue)
    {
        WebApplication app = LoopbackServer.Create();
        var service = new TokenService(app);
        app.MapGet("/token", (HttpRequest request) =>
        {
            if (request.Headers.Authorization != "Bearer " + bearer)
                return Results.Unauthorized();

            service.Asked++;
            return Results.Json(new { access_token = issue(), expires_in = 7200 });
        });
        await app.StartAsync();
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
