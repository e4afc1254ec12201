using FollowerSync.Web;
using Microsoft.Extensions.Options;

namespace FollowerSync.Arrivals;

/// <summary>The listener for the internet, on <c>Arrivals:Url</c>; none when that is empty. It is a server of its own: nothing of the inner pages is on it.</summary>
internal sealed partial class PublicServer(
    IOptions<ArrivalsOptions> options, IEnumerable<IPublicRoutes> features, ILoggerFactory loggers, ILogger<PublicServer> logger) : IHostedService, IAsyncDisposable
{
    private readonly WebListener _listener = new(options.Value.Url, $"{ArrivalsOptions.Section}:{nameof(ArrivalsOptions.Url)}", "public listener", loggers);

    /// <summary>Where it listens; null when it does not.</summary>
    public string? Address => _listener.Address;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _listener.StartAsync(_ => { }, Map, cancellationToken);
        if (Address is { } address)
            LogListening(address);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _listener.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private void Map(WebApplication app)
    {
        app.UseRouting();
        foreach (IPublicRoutes feature in features)
            feature.Map(app);
    }

    [LoggerMessage(LogLevel.Information, "The listener for WeChat and visitors listens on {Address}")]
    private partial void LogListening(string address);
}
