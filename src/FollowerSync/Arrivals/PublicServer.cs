using System.Text;
using FollowerSync.Web;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace FollowerSync.Arrivals;

/// <summary>The listener for the internet, on <c>Arrivals:Url</c>; none when that is empty. It is a server of its own: nothing of the inner pages is on it.</summary>
internal sealed partial class PublicServer(
    IOptions<ArrivalsOptions> options, IEnumerable<IPublicRoutes> features, ILoggerFactory loggers, ILogger<PublicServer> logger) : IHostedLifecycleService, IAsyncDisposable
{
    private const int LargestHeaders = 16 * 1024;
    private const int MostHeaders = 64;

    // Whoever waits to be stored has a connection, and so has whoever is still to be told that too many wait.
    private const int ConnectionsBeyondWaiting = 1_000;

    private readonly PublicGuard _guard = new(logger);
    private Task? _stopping;

    private readonly WebListener _listener = new(options.Value.Url, $"{ArrivalsOptions.Section}:{nameof(ArrivalsOptions.Url)}", "public listener", loggers)
    {
        Bounds = server => Limit(server, new ConnectionBound(options.Value.MaxWaiting + ConnectionsBeyondWaiting, "listener for WeChat and visitors", logger)),
    };

    /// <summary>Where it listens; null when it does not.</summary>
    public string? Address => _listener.Address;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _listener.StartAsync(_ => { }, Map, cancellationToken);
        if (Address is { } address)
            LogListening(address);
    }

    /// <summary>Takes no more requests from the first moment of a stop: another machine behind the same proxy gets them.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _stopping = _listener.StopAsync(cancellationToken);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _stopping ??= _listener.StopAsync(cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private void Map(WebApplication app)
    {
        app.Use(_guard.AnswerAsync);
        app.UseRouting();
        app.Use(PublicGuard.KnownPathsOnlyAsync);
        foreach (IPublicRoutes feature in features)
            feature.Map(app);
    }

    private static void Limit(KestrelServerOptions server, ConnectionBound connections)
    {
        server.ConfigureEndpointDefaults(endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1;
            endpoint.Use(connections.Around);
        });
        server.AllowResponseHeaderCompression = false;
        // As the answers of bots are read, byte for byte.
        server.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        server.Limits.MaxRequestHeadersTotalSize = LargestHeaders;
        server.Limits.MaxRequestHeaderCount = MostHeaders;
    }

    [LoggerMessage(1402, LogLevel.Information, "The listener for WeChat and visitors listens on {Address}")]
    private partial void LogListening(string address);
}
