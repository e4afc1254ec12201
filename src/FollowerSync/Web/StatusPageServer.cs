using System.Net.Sockets;
using FollowerSync.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Options;

namespace FollowerSync.Web;

/// <summary>A small web server of its own beside the worker, on <c>StatusPage:Url</c>; none when that is empty.</summary>
internal sealed partial class StatusPageServer(
    IOptions<StatusPageOptions> options, HealthEndpoints health, ILoggerFactory loggers, ILogger<StatusPageServer> logger) : IHostedService, IAsyncDisposable
{
    private WebApplication? _app;

    /// <summary>Where it listens; null when it does not.</summary>
    public string? Address => _app?.Urls.FirstOrDefault();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Url.Length == 0)
            return;

        _app = Build(options.Value);
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            string reason = exception.GetBaseException() is AddressInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }
                ? "another program uses the port"
                : exception.GetBaseException().Message;
            throw new SettingsException(
                $"The status page cannot listen on {options.Value.Url}: {reason}. Set StatusPage:Url to a free port, or to nothing for no status page.", exception);
        }

        LogListening(Address);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is not null)
            await _app.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
    }

    private WebApplication Build(StatusPageOptions page)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostFilteringOptions>(filter => filter.AllowedHosts = AnsweredHosts.Of(page));
        builder.WebHost.UseKestrelCore().UseUrls(page.Url).ConfigureKestrel(Limit);

        WebApplication app = builder.Build();
        // Probes of Kubernetes call a pod by its address, and health tells nothing: it answers to every name.
        app.UseWhen(context => !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal), pages => pages.UseHostFiltering());
        app.UseRouting();
        health.Map(app);
        app.MapGet("/", () => Results.Text("FollowerSync is running. /health/live and /health/ready tell how it is.\n"));
        return app;
    }

    private static void Limit(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions server)
    {
        server.AddServerHeader = false;
        server.Limits.MaxRequestBodySize = 64 * 1024;
        server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        server.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
    }

    [LoggerMessage(LogLevel.Information, "The status page listens on {Address}")]
    private partial void LogListening(string? address);

    // The worker's host decides when everything stops; a second listener to signals would stop the page first.
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
