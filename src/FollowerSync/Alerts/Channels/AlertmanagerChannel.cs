using FollowerSync.Alerts.Texts;

namespace FollowerSync.Alerts.Channels;

/// <summary>Alertmanager. It is told every minute of all that is so: what it hears of no longer, it takes for over after five minutes. Itself it tells people
/// once, and again, and of the end.</summary>
internal sealed class AlertmanagerChannel(AlertChannelOptions options, AlertText text, AlertHttp http) : IAlertChannel
{
    private const string Path = "/api/v2/alerts";

    private static readonly TimeSpan LengthOfTest = TimeSpan.FromMinutes(1);

    /// <summary>What could not be told while it was so would come as an end, of which Alertmanager tells nobody who has not heard of the beginning. Longer than it
    /// waits by default before it tells of something new in a group (5 min).</summary>
    private static readonly TimeSpan LengthOfPassed = TimeSpan.FromMinutes(10);

    public AlertChannelOptions Options => options;

    public async Task<Delivery> SendAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancellationToken)
    {
        (HttpAnswer? answer, Delivery? failure) = await http.PostAsync(Address(), AlertJson.Of(messages.Select(Alert).ToArray()), options.Secret, cancellationToken);
        return failure ?? answer!.ByStatus() with { Answer = http.Said(System.Text.Encoding.UTF8.GetString(answer.Body)) };
    }

    private Uri Address() => new(options.Url.TrimEnd('/').EndsWith(Path, StringComparison.Ordinal) ? options.Url.TrimEnd('/') : options.Url.TrimEnd('/') + Path);

    private Dictionary<string, object> Alert(AlertMessage message)
    {
        Dictionary<string, object> alert = new(StringComparer.Ordinal)
        {
            ["labels"] = AlertLabels.Of(message),
            ["annotations"] = AlertLabels.AnnotationsOf(message, text),
            ["startsAt"] = AlertLabels.Moment(message.StartedAt),
        };
        if ((message.Step == AlertStep.Test ? message.StartedAt + LengthOfTest : message.Kind == AlertKind.DatabaseAway ? message.EndedAt + LengthOfPassed : message.EndedAt) is { } end)
            alert["endsAt"] = AlertLabels.Moment(end);
        if (text.Link.Length > 0)
            alert["generatorURL"] = text.Link;
        return alert;
    }
}
