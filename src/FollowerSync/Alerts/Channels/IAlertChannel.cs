using FollowerSync.Alerts.Texts;

namespace FollowerSync.Alerts.Channels;

/// <summary>Brings messages to people.</summary>
internal interface IAlertChannel
{
    /// <summary>Its settings.</summary>
    public AlertChannelOptions Options { get; }

    /// <summary>Sends one message, or several as one.</summary>
    /// <returns>What became of it; only a cancellation is thrown.</returns>
    public Task<Delivery> SendAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancellationToken);
}
