using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.Extensions.Options;

namespace FollowerSync.Web;

/// <summary>The inner listener, on <c>StatusPage:Url</c>; none when that is empty.</summary>
internal sealed partial class StatusPageServer(
    IOptions<StatusPageOptions> options, HealthEndpoints health, IEnumerable<IInnerRoutes> features, ILoggerFactory loggers, ILogger<StatusPageServer> logger)
    : IHostedService, IAsyncDisposable
{
    /// <summary>People, probes and other programs that ask for tokens; also those who only connect.</summary>
    public const int MostConnections = 512;

    private readonly WebListener _listener = new(options.Value.Url, $"{StatusPageOptions.Section}:{nameof(StatusPageOptions.Url)}", "status page", loggers)
    {
        Bounds = server => server.ConfigureEndpointDefaults(endpoint => endpoint.Use(new ConnectionBound(MostConnections, "listener of the status page", logger).Around)),
    };

    /// <summary>Where it listens; null when it does not.</summary>
    public string? Address => _listener.Address;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _listener.StartAsync(AddServices, Map, cancellationToken);
        if (Address is { } address)
            LogListening(address);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _listener.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private void AddServices(IServiceCollection services)
    {
        // A page whose request names no host cannot say its own address.
        services.Configure<HostFilteringOptions>(filter => (filter.AllowedHosts, filter.AllowEmptyHosts) = (AnsweredHosts.Of(options.Value), false));
        foreach (IInnerRoutes feature in features)
            feature.AddServices(services);
    }

    private void Map(WebApplication app)
    {
        // Probes of Kubernetes call a pod by its address, and health tells nothing: it answers to every name.
        app.UseWhen(context => !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal), pages => pages.UseHostFiltering());
        app.Use(new PublicScheme(options.Value.PublicBase).TellAsync);
        foreach (IInnerRoutes feature in features)
            feature.Use(app);
        app.UseRouting();
        health.Map(app);
        foreach (IInnerRoutes feature in features)
            feature.Map(app);
    }

    [LoggerMessage(4005, LogLevel.Information, "The status page listens on {Address}")]
    private partial void LogListening(string address);
}
