using System.Globalization;
using FollowerSync.Alerts.Texts;

namespace FollowerSync.Alerts.Channels;

/// <summary>A custom robot of DingTalk; signed when it has a secret.</summary>
internal sealed class DingTalkRobot(AlertChannelOptions options, AlertText text, AlertHttp http) : IAlertChannel
{
    private const int LargestBody = 20_000;

    private readonly MentionList _mentions = new(options.Mentions);

    private readonly string _address = options.Url.Length > 0 ? options.Url : $"https://oapi.dingtalk.com/robot/send?access_token={Uri.EscapeDataString(options.Key)}";

    public AlertChannelOptions Options => options;

    public async Task<Delivery> SendAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancellationToken)
    {
        byte[] body = ByteCut.Fitting(text.Of(messages), LargestBody, said => AlertJson.Of(new
        {
            msgtype = "text",
            text = new { content = said + Named() },
            at = new { atMobiles = _mentions.Mobiles, atUserIds = _mentions.Users, isAtAll = _mentions.HasEverybody },
        }));
        (HttpAnswer? answer, Delivery? failure) = await http.PostAsync(Signed(), body, bearer: "", cancellationToken);
        return failure ?? RobotAnswer.Read(options.Kind, answer!, http.Said);
    }

    // Whom the text does not name is not shown as named.
    private string Named() => string.Concat(_mentions.Mobiles.Concat(_mentions.Users).Select((one, index) => $"{(index == 0 ? "\n" : " ")}@{one}"));

    private Uri Signed()
    {
        if (options.Secret.Length == 0)
            return new Uri(_address);
        long now = http.Time.GetUtcNow().ToUnixTimeMilliseconds();
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"{_address}&timestamp={now}&sign={Uri.EscapeDataString(RobotSignature.OfDingTalk(options.Secret, now))}"));
    }
}
