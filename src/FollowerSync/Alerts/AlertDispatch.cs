using FollowerSync.Alerts.Channels;
using FollowerSync.Alerts.Texts;
using FollowerSync.Database;
using FollowerSync.Telemetry;

namespace FollowerSync.Alerts;

/// <summary>Sends what waits for one channel, within what its robot takes: ten messages a minute, and what is more than that as one.</summary>
/// <param name="database">Where the outbox is.</param>
/// <param name="channel">The channel.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told of whom a channel leaves out.</param>
internal sealed partial class AlertDispatch(FollowerDatabase database, IAlertChannel channel, TimeProvider time, ILogger logger)
{
    /// <summary>Messages a minute; robots take twenty.</summary>
    public const int PostsAMinute = 10;

    /// <summary>A worker that has said nothing for so long died with the message in its hand: nobody knows whether it arrived.</summary>
    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(3);

    /// <summary>From one message to the next; Feishu takes five a second.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan LongestNote = TimeSpan.FromSeconds(5);

    private const int LargestSummary = 500;

    private readonly List<(long[] Ids, Delivery Delivery)> _unnoted = [];
    private long? _sentAt;
    private string? _leftOut;

    private string Name => channel.Options.DisplayName;

    /// <summary>Makes the channel known. What it refused before its settings were changed is tried again.</summary>
    public Task BeginAsync(CancellationToken cancellationToken) => database.RunOnceAsync(
        async tx =>
        {
            if (await ChannelStore.KnowAsync(tx, channel.Options))
                await AlertOutbox.RefusedAnewAsync(tx, Name);
            return true;
        },
        cancellationToken);

    /// <summary>Sends what may be sent now.</summary>
    /// <param name="mayBegin">Ends the sending before the next message.</param>
    /// <param name="maySend">Ends a message on its way.</param>
    public async Task SendAsync(CancellationToken mayBegin, CancellationToken maySend)
    {
        // What was sent and could not be noted, as the database was away, must not be sent again.
        await NoteAsync();
        while (await ClaimAsync(mayBegin) is { Count: > 0 } post)
        {
            // No stop ends this wait: what is claimed would look as if it might have been sent.
            if (_sentAt is { } before && Pause - time.GetElapsedTime(before) is var rest && rest > TimeSpan.Zero)
                await Task.Delay(rest, time, CancellationToken.None);
            Delivery delivery = await SendAsync(post, maySend);
            _sentAt = time.GetTimestamp();
            TellWhomItLeavesOut(delivery);
            Instruments.Notifications.Add(1, new("channel", Name), Instruments.Outcome(delivery.Outcome.ToString().ToLowerInvariant()));
            _unnoted.Add(([.. post.Select(message => message.Number)], delivery));
            await NoteAsync();
        }
    }

    private void TellWhomItLeavesOut(Delivery delivery)
    {
        if (!delivery.IsDelivered)
            return;
        string? leftOut = delivery.IsForAll ? null : delivery.What.ToString();
        if (leftOut is not null && leftOut != _leftOut)
            LogLeftOut(Name, leftOut);
        _leftOut = leftOut;
    }

    private async Task<Delivery> SendAsync(IReadOnlyList<AlertMessage> post, CancellationToken cancellationToken)
    {
        try
        {
            return await channel.SendAsync(post, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return Delivery.Passing("the worker was stopped before an answer came", isUncertain: true);
        }
#pragma warning disable CA1031 // Whatever a channel meets that it does not know, the message was not delivered, and others wait behind it.
        catch (Exception exception)
        {
            return Delivery.Passing($"it could not be sent: {exception.GetType().Name}", isUncertain: true);
        }
#pragma warning restore CA1031
    }

    private Task<IReadOnlyList<AlertMessage>> ClaimAsync(CancellationToken cancellationToken) => database.RunOnceAsync<IReadOnlyList<AlertMessage>>(
        async tx =>
        {
            if (await AlertOutbox.GiveUpAsync(tx, Name) is > 0 and int lost)
                await ChannelStore.LoseAsync(tx, Name, lost);
            // Looked at every few seconds: nothing is locked while nothing waits.
            if (await AlertOutbox.CountDueAsync(tx, Name) == 0 || await ChannelStore.TakeAsync(tx, Name) is not { IsBlocked: false, HasSummary: false } turn)
                return [];
            int allowed = PostsAMinute - (int)turn.PostsInAMinute;
            long due = await AlertOutbox.CountDueAsync(tx, Name);
            if (allowed <= 0 || due == 0)
                return [];
            bool isSummary = due > allowed;
            IReadOnlyList<AlertMessage> claimed = await AlertOutbox.ClaimAsync(tx, Name, isSummary ? LargestSummary : 1, Claim);
            if (claimed.Count > 0)
                await ChannelStore.PostAsync(tx, Name, posts: 1, isSummary);
            return claimed;
        },
        cancellationToken);

    private async Task NoteAsync()
    {
        using CancellationTokenSource deadline = new(LongestNote, time);
        while (_unnoted.Count > 0)
        {
            (long[] ids, Delivery delivery) = _unnoted[0];
            await database.RunOnceAsync(
                async tx =>
                {
                    await AlertOutbox.SettleAsync(tx, ids, delivery);
                    await ChannelStore.SettleAsync(tx, Name, delivery);
                    return true;
                },
                deadline.Token);
            _unnoted.RemoveAt(0);
        }
    }

    [LoggerMessage(1201, LogLevel.Warning, "Not everybody of alert channel {Channel} gets its messages: {What}. Look at Alerts:Channels.")]
    private partial void LogLeftOut(string channel, string what);
}
