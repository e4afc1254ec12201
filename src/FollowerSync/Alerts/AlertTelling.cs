using FollowerSync.Accounts;
using FollowerSync.Alerts.Channels;
using FollowerSync.Alerts.Texts;
using FollowerSync.Database;
using Microsoft.Extensions.Options;

namespace FollowerSync.Alerts;

/// <summary>Puts what is to be told into the outbox, for each channel that wants it.</summary>
internal sealed class AlertTelling(AlertChannels channels, IOptions<AlertsOptions> options, IOptions<WeChatOptions> weChat)
{
    // Crowded by everybody's messages on the hour and half hour, Feishu refuses some (11232).
    private const int HalfHour = 30;

    /// <summary>What is found in one look is sent at one time, so that a storm becomes one message.</summary>
    /// <param name="tx">The transaction that changes the alert.</param>
    /// <param name="row">The alert.</param>
    /// <param name="message">What is told of it.</param>
    /// <param name="number">The message of that alert.</param>
    /// <param name="chance">Of this look, 0 to 1.</param>
    /// <param name="now">Of the database.</param>
    public async Task TellAsync(Transaction tx, AlertRow row, AlertMessage message, int number, double chance, DateTimeOffset now)
    {
        if (row.Alert == AlertKind.ChannelBroken)
            return;
        foreach (AlertChannelOptions channel in channels.All.Select(one => one.Options).Where(one => Wants(one, message)))
            await AlertOutbox.AddAsync(tx, channel.DisplayName, row, message, number, DelayOf(channel.Kind, options.Value.Delay, chance, now));
    }

    /// <summary>Whether the channel is told of such an alert, of such an account.</summary>
    public bool Wants(AlertChannelOptions channel, AlertMessage message) =>
        channel.Kind != ChannelKind.Alertmanager && Concerns(channel, message);

    /// <summary>Likewise, whatever the way it is told.</summary>
    public bool Concerns(AlertChannelOptions channel, AlertMessage message) =>
        message.Severity >= channel.MinSeverity
        && (channel.Accounts.Count == 0 || message.Facts.AppId.Length == 0
            || weChat.Value.Accounts.Any(account => account.AppId == message.Facts.AppId && channel.Accounts.Any(named => AlertAccounts.Is(account, named))));

    /// <summary>How long a message for such a channel waits, of the longest delay.</summary>
    internal static TimeSpan DelayOf(ChannelKind kind, TimeSpan longest, double chance, DateTimeOffset now)
    {
        TimeSpan delay = longest * chance;
        DateTimeOffset due = now + delay;
        return kind == ChannelKind.Feishu && due.Minute % HalfHour == 0 && longest > TimeSpan.Zero
            ? delay + TimeSpan.FromSeconds(60 - due.Second + (30 * chance)) : delay;
    }
}
