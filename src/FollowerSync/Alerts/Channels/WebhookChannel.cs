using FollowerSync.Alerts.Texts;

namespace FollowerSync.Alerts.Channels;

/// <summary>A program that takes what Alertmanager sends to webhooks, version 4.</summary>
internal sealed class WebhookChannel(AlertChannelOptions options, AlertText text, AlertHttp http) : IAlertChannel
{
    public AlertChannelOptions Options => options;

    public async Task<Delivery> SendAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancellationToken)
    {
        (HttpAnswer? answer, Delivery? failure) = await http.PostAsync(new Uri(options.Url), AlertJson.Of(Body(messages)), options.Secret, cancellationToken);
        return failure ?? answer!.ByStatus() with { Answer = http.Said(System.Text.Encoding.UTF8.GetString(answer.Body)) };
    }

    private Dictionary<string, object> Body(IReadOnlyList<AlertMessage> messages)
    {
        string name = AlertLabels.Of(messages[0])["alertname"];
        bool isOne = messages.All(message => AlertLabels.Of(message)["alertname"] == name);
        Dictionary<string, string> group = isOne ? new(StringComparer.Ordinal) { ["alertname"] = name } : [];
        return new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["version"] = "4",
            ["groupKey"] = isOne ? $"{{}}:{{alertname=\"{name}\"}}" : "{}:{}",
            ["truncatedAlerts"] = 0,
            ["status"] = messages.Any(message => message.EndedAt is null) ? "firing" : "resolved",
            ["receiver"] = options.DisplayName,
            ["groupLabels"] = group,
            ["commonLabels"] = Common(messages.Select(AlertLabels.Of)),
            ["commonAnnotations"] = Common(messages.Select(message => AlertLabels.AnnotationsOf(message, text))),
            ["externalURL"] = text.Link,
            ["alerts"] = messages.Select(Alert).ToArray(),
        };
    }

    private Dictionary<string, object> Alert(AlertMessage message)
    {
        SortedDictionary<string, string> labels = AlertLabels.Of(message);
        return new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["status"] = message.EndedAt is null ? "firing" : "resolved",
            ["labels"] = labels,
            ["annotations"] = AlertLabels.AnnotationsOf(message, text),
            ["startsAt"] = AlertLabels.Moment(message.StartedAt),
            ["endsAt"] = AlertLabels.Moment(message.EndedAt),
            ["generatorURL"] = text.Link,
            ["fingerprint"] = AlertLabels.Fingerprint(labels),
        };
    }

    private static Dictionary<string, string> Common(IEnumerable<SortedDictionary<string, string>> all) =>
        all.Select(one => one.AsEnumerable()).Aggregate((left, right) => left.Intersect(right)).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
}
