using System.Globalization;
using FollowerSync.Alerts.Texts;

namespace FollowerSync.Alerts.Channels;

/// <summary>A custom robot of Feishu or Lark; signed when it has a secret.</summary>
internal sealed class FeishuRobot(AlertChannelOptions options, AlertText text, AlertHttp http) : IAlertChannel
{
    private const int LargestBody = 20_000;

    private readonly MentionList _mentions = new(options.Mentions);

    private readonly Uri _address = new(options.Url.Length > 0 ? options.Url : $"https://open.feishu.cn/open-apis/bot/v2/hook/{Uri.EscapeDataString(options.Key)}");

    public AlertChannelOptions Options => options;

    public async Task<Delivery> SendAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancellationToken)
    {
        // The name of an account is not to name people.
        string whole = text.Of(messages).Replace("<", "‹", StringComparison.Ordinal);
        byte[] body = ByteCut.Fitting(whole, LargestBody, said => AlertJson.Of(Signed(said + Named())));
        (HttpAnswer? answer, Delivery? failure) = await http.PostAsync(_address, body, bearer: "", cancellationToken);
        return failure ?? RobotAnswer.Read(options.Kind, answer!, http.Said);
    }

    private Dictionary<string, object> Signed(string said)
    {
        Dictionary<string, object> body = new(StringComparer.Ordinal) { ["msg_type"] = "text", ["content"] = new { text = said } };
        if (options.Secret.Length == 0)
            return body;
        long now = http.Time.GetUtcNow().ToUnixTimeSeconds();
        body["timestamp"] = now.ToString(CultureInfo.InvariantCulture);
        body["sign"] = RobotSignature.OfFeishu(options.Secret, now);
        return body;
    }

    private string Named() => _mentions.IsEmpty ? "" : "\n" + string.Concat(
        (_mentions.HasEverybody ? ["all"] : _mentions.Users.Concat(_mentions.Mobiles)).Select(user => $"<at user_id=\"{user}\"></at>"));
}
