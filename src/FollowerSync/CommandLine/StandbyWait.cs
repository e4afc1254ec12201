using FollowerSync.Database;
using FollowerSync.Languages;
using FollowerSync.Systemd;
using FollowerSync.Web;
using Microsoft.Extensions.Options;

namespace FollowerSync.CommandLine;

/// <summary>Lets <c>run</c> wait at a standby until it is promoted, so that a worker beside each server takes over by itself. Probes hear meanwhile that it lives
/// and is not ready, and why.</summary>
internal sealed partial class StandbyWait(
    HealthEndpoints health, ServiceNotices notices, IOptions<StatusPageOptions> page, TimeProvider time, ILoggerFactory loggers, ILogger<StandbyWait> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    /// <summary>Opens the database as soon as it takes writes.</summary>
    public async Task OpenAsync(Func<CancellationToken, Task> open, CancellationToken cancellationToken)
    {
        try
        {
            await open(cancellationToken);
        }
        catch (StandbyException exception)
        {
            LogWaits(exception.What, exception.Remedy);
            await WaitAsync(open, cancellationToken);
        }
    }

    private async Task WaitAsync(Func<CancellationToken, Task> open, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        await using WebListener listener = new(page.Value.Url, $"{StatusPageOptions.Section}:{nameof(StatusPageOptions.Url)}", "status page", loggers);
        await listener.StartAsync(_ => { }, Map, cancellationToken);
        if (listener.Address is { } address)
            LogListening(address);
        using PeriodicTimer timer = new(Interval, time);
        do
            notices.Lives("Waiting at a standby until it is promoted");
        while (await timer.WaitForNextTickAsync(cancellationToken) && !await IsOpenAsync(open, cancellationToken));

        LogGoesOn(time.GetElapsedTime(start));
        await listener.StopAsync(cancellationToken);
    }

    private void Map(WebApplication app)
    {
        app.UseRouting();
        health.Map(app);
    }

    // A server that is being promoted, or changed for another one, may be away for a moment.
    private static async Task<bool> IsOpenAsync(Func<CancellationToken, Task> open, CancellationToken cancellationToken)
    {
        try
        {
            await open(cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is StandbyException || DatabaseFailure.IsPassing(exception))
        {
            return false;
        }
    }

    [LoggerMessage(1605, LogLevel.Warning, "{What} The worker waits until that changes. {Remedy}")]
    private partial void LogWaits(Sentence what, Sentence remedy);

    [LoggerMessage(1606, LogLevel.Information, "The status page listens on {Address} meanwhile")]
    private partial void LogListening(string address);

    [LoggerMessage(1607, LogLevel.Information, "The database takes writes, after {Waited}: the worker begins")]
    private partial void LogGoesOn(TimeSpan waited);
}
