using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A customer's own token service, as small as they come.</summary>
internal sealed class TokenService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TokenService(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First() + "/token");

    /// <summary>How many seconds it says that the token works.</summary>
    public int Life { get; set; } = 7_200;

    /// <summary>How often it gave a token.</summary>
    public int Asked { get; private set; }

    /// <summary>The tokens it was told are refused.</summary>
    public List<string> Told { get; } = [];

    /// <param name="bearer">Whom it knows.</param>
    /// <param name="issue">Gives a token.</param>
    /// <param name="replace">Gives another one when it is told of a refusal; null = it does not listen.</param>
    public static async Task<TokenService> StartAsync(string bearer, Func<string> issue, Func<string>? replace = null)
    {
        WebApplication app = LoopbackServer.Create();
        var service = new TokenService(app);
        app.MapGet("/token", (HttpRequest request) =>
        {
            if (request.Headers.Authorization != "Bearer " + bearer)
                return Results.Unauthorized();

            service.Asked++;
            return Results.Json(new { access_token = issue(), expires_in = service.Life });
        });
        if (replace is not null)
        {
            app.MapPost("/token/refused", async (HttpRequest request) =>
            {
                using StreamReader reader = new(request.Body);
                service.Told.Add(await reader.ReadToEndAsync());
                return request.Headers.Authorization == "Bearer " + bearer ? Results.Json(new { access_token = replace(), expires_in = 7200 }) : Results.Unauthorized();
            });
        }

        await app.StartAsync();
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
