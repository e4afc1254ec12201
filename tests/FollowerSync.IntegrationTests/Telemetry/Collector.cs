using System.Collections.Concurrent;
using System.Text;
using FollowerSync.IntegrationTests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FollowerSync.IntegrationTests.Telemetry;

/// <summary>A collector of OTLP over http/protobuf, which keeps what it is sent; or one that never answers. Names and texts stand in protobuf as they are.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Path, string Body, string Headers)> _taken = new();
    private readonly WebApplication _app = LoopbackServer.Create();
    private readonly TaskCompletionSource _end = new();

    private Collector(bool answers) => _app.MapPost("/v1/{signal}", async (HttpRequest request) =>
    {
        using MemoryStream body = new();
        await request.Body.CopyToAsync(body);
        _taken.Enqueue((request.Path, Encoding.UTF8.GetString(body.ToArray()), request.Headers["x-api-key"].ToString()));
        if (!answers)
            await _end.Task;
        return Results.Bytes([], "application/x-protobuf");
    });

    public string Address => _app.Urls.Single();

    public string Metrics => All("/v1/metrics");

    public string Traces => All("/v1/traces");

    public IReadOnlyCollection<string> Keys => [.. _taken.Select(one => one.Headers).Distinct()];

    public static async Task<Collector> StartAsync(bool answers = true)
    {
        Collector collector = new(answers);
        await collector._app.StartAsync();
        return collector;
    }

    public async ValueTask DisposeAsync()
    {
        _end.TrySetResult();
        await _app.DisposeAsync();
    }

    private string All(string path) => string.Concat(_taken.Where(one => one.Path == path).Select(one => one.Body));
}
