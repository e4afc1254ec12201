using System.Collections.Concurrent;
using FollowerSync.Alerts.Channels;
using FollowerSync.Alerts.Texts;
using FollowerSync.Database;
using FollowerSync.Telemetry;

namespace FollowerSync.Alerts;

/// <summary>Tells Alertmanager every minute, and at every change, what is so: it keeps the state, and knows by itself what it was told already.</summary>
internal sealed class AlertFeed(FollowerDatabase database, AlertTelling telling, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>So long an end is told, so that it is heard of although Alertmanager was away.</summary>
    private static readonly TimeSpan EndIsTold = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, (string State, long At)> _told = new(StringComparer.Ordinal);

    /// <summary>Tells the channel, when it is time to.</summary>
    public async Task SendAsync(IAlertChannel channel, CancellationToken cancellationToken)
    {
        string name = channel.Options.DisplayName;
        (AlertMessage[] messages, bool isBlocked) = await database.RunOnceAsync(async tx => await ReadAsync(tx, channel.Options), cancellationToken);
        string state = string.Join('\n', messages.Select(message => FormattableString.Invariant($"{message.Kind} {message.Facts.AppId} {message.StartedAt.UtcTicks} {message.EndedAt?.UtcTicks}")).Order(StringComparer.Ordinal));
        if (isBlocked || messages.Length == 0 || (_told.TryGetValue(name, out var last) && last.State == state && time.GetElapsedTime(last.At) < Interval))
            return;

        Delivery delivery = await channel.SendAsync(messages, cancellationToken);
        Instruments.Notifications.Add(1, new("channel", name), Instruments.Outcome(delivery.Outcome.ToString().ToLowerInvariant()));
        if (delivery.IsDelivered)
            _told[name] = (state, time.GetTimestamp());
        await database.RunOnceAsync(
            async tx =>
            {
                // It is to be told of all this anyway: when it refuses, it is left alone as when it does not answer.
                await ChannelStore.SettleAsync(tx, name, delivery.Outcome == DeliveryOutcome.Refused ? delivery with { Outcome = DeliveryOutcome.Passing } : delivery);
                return true;
            },
            cancellationToken);
    }

    private async Task<(AlertMessage[] Messages, bool IsBlocked)> ReadAsync(Transaction tx, AlertChannelOptions channel)
    {
        DateTimeOffset now = await DatabaseClock.ReadAsync(tx);
        IEnumerable<AlertMessage> messages = (await AlertStore.ReadAsync(tx))
            .Where(row => row.Alert != AlertKind.ChannelBroken && (row.IsFiring || (row.ResolvedAt > now - EndIsTold && row.ResolvedAt <= now)))
            .Select(row => row.Message).Where(message => telling.Concerns(channel, message));
        return ([.. messages], await ChannelStore.TakeAsync(tx, channel.DisplayName) is { IsBlocked: true });
    }
}
