using FollowerSync.Alerts.Channels;
using FollowerSync.Database;

namespace FollowerSync.Alerts;

/// <summary>Sends what waits in the outbox. Each channel has its own turn, so that one which hangs holds up no other.</summary>
internal sealed partial class AlertSender(FollowerDatabase database, AlertChannels channels, AlertFeed feed, AlertCalls calls, TimeProvider time, ILogger<AlertSender> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>How long a message on its way may still take when the worker stops.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _sending = new();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _sending.CancelAfter(LastWords);
        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _sending.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(channels.All.Select(channel => ServeAsync(channel, stoppingToken)));

    private async Task ServeAsync(IAlertChannel channel, CancellationToken stoppingToken)
    {
        AlertDispatch dispatch = new(database, channel, time, logger);
        bool isKnown = false, isTold = false;
        while (true)
        {
            Task call = calls.Send.Next;
            try
            {
                if (!isKnown)
                    await dispatch.BeginAsync(stoppingToken);
                isKnown = true;
                await (channel.Options.Kind == ChannelKind.Alertmanager ? feed.SendAsync(channel, stoppingToken) : dispatch.SendAsync(stoppingToken, _sending.Token));
                isTold = false;
            }
#pragma warning disable CA1031 // Alerts never end the worker, whatever they meet.
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                if (!isTold)
                    LogNotSent(channel.Options.DisplayName, exception.Message);
                isTold = true;
            }
#pragma warning restore CA1031

            await calls.Send.WaitAsync(call, Interval, stoppingToken);
        }
    }

    [LoggerMessage(1204, LogLevel.Warning, "What waits for alert channel {Channel} could not be read or noted; it is tried again. {Reason}")]
    private partial void LogNotSent(string channel, string reason);
}
