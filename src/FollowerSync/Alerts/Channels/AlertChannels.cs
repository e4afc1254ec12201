using System.Net.Security;
using FollowerSync.Alerts.Texts;
using FollowerSync.Logging;
using FollowerSync.Settings;

namespace FollowerSync.Alerts.Channels;

/// <summary>The channels of the settings.</summary>
internal sealed class AlertChannels : IDisposable
{
    private readonly AlertHttp _http;

    /// <param name="channels">Their settings.</param>
    /// <param name="text">The language.</param>
    /// <param name="mask">Hides their secrets from now on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="trust">Judges certificates of mail servers; null = as the system does.</param>
    public AlertChannels(IEnumerable<AlertChannelOptions> channels, AlertText text, SecretMask mask, TimeProvider time, RemoteCertificateValidationCallback? trust = null)
    {
        AlertChannelOptions[] known = [.. channels];
        foreach (string secret in known.SelectMany(SecretsOf))
            mask.Register(secret);
        _http = new AlertHttp(mask) { Time = time };
        All = [.. known.Select(channel => Create(channel, text, trust))];
    }

    public IReadOnlyList<IAlertChannel> All { get; }

    public void Dispose() => _http.Dispose();

    private static IEnumerable<string> SecretsOf(AlertChannelOptions channel) =>
        [channel.Key, channel.Secret, channel.Password, .. AddressSecrets.IsAddress(channel.Url) ? AddressSecrets.Of(channel.Url) : [channel.Url]];

    private IAlertChannel Create(AlertChannelOptions channel, AlertText text, RemoteCertificateValidationCallback? trust) => channel.Kind switch
    {
        ChannelKind.WeCom => new WeComRobot(channel, text, _http),
        ChannelKind.DingTalk => new DingTalkRobot(channel, text, _http),
        ChannelKind.Feishu => new FeishuRobot(channel, text, _http),
        ChannelKind.Alertmanager => new AlertmanagerChannel(channel, text, _http),
        ChannelKind.Webhook => new WebhookChannel(channel, text, _http),
        _ => new MailChannel(channel, text, _http) { Trust = trust },
    };
}
