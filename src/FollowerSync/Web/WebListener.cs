using System.Net.Sockets;
using FollowerSync.Languages;
using FollowerSync.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FollowerSync.Web;

/// <summary>A small web server of its own beside the worker, with bounds on what a caller may send and how long.</summary>
/// <param name="url">Where to listen; empty = nowhere.</param>
/// <param name="setting">Key of the setting the address comes from.</param>
/// <param name="name">What people call it: "status page", say.</param>
/// <param name="loggers">Where it logs.</param>
internal sealed class WebListener(string url, string setting, Sentence name, ILoggerFactory loggers) : IAsyncDisposable
{
    /// <summary>Bytes of a request's body.</summary>
    public const int LargestBody = 64 * 1024;

    private WebApplication? _app;

    /// <summary>Bounds of this listener, beyond those of all.</summary>
    public Action<KestrelServerOptions> Bounds { get; init; } = _ => { };

    /// <summary>Where it listens; null when it does not.</summary>
    public string? Address => _app?.Urls.FirstOrDefault();

    /// <exception cref="ListenException">The address cannot be had for the moment.</exception>
    /// <exception cref="SettingsException">The address cannot be had.</exception>
    public async Task StartAsync(Action<IServiceCollection> configure, Action<WebApplication> map, CancellationToken cancellationToken)
    {
        if (url.Length == 0)
            return;

        _app = Build(configure, map);
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            Sentence? passing = exception.GetBaseException() switch
            {
                AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => (Sentence)"another program uses the port",
                SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => (Sentence)"this machine does not have the address, or not yet",
                _ => null,
            };
            Sentence text = $"The {name} cannot listen on {url}: {passing ?? Sentence.Foreign(exception.GetBaseException().Message)}. Set {setting} to an address of this machine and a free port, or to nothing for no {name}.";
            throw passing is null ? new SettingsException(text, exception) : new ListenException(text, exception);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    private WebApplication Build(Action<IServiceCollection> configure, Action<WebApplication> map)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton<ILoggerFactory>(new LoggersWithoutRequests(loggers));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        configure(builder.Services);
        builder.WebHost.UseKestrelCore().UseUrls(url).ConfigureKestrel(Limit).ConfigureKestrel(Bounds);

        WebApplication app = builder.Build();
        map(app);
        return app;
    }

    private static void Limit(KestrelServerOptions server)
    {
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = LargestBody;
        server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        server.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
    }

    // The worker's host decides when everything stops; a second listener to signals would stop this one first.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
