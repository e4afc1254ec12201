using FollowerSync.Alerts.Texts;

namespace FollowerSync.Alerts.Channels;

/// <summary>A group robot of WeCom. It gets plain text: markdown is "not supported" to those who read in WeChat.</summary>
internal sealed class WeComRobot(AlertChannelOptions options, AlertText text, AlertHttp http) : IAlertChannel
{
    private const int LargestText = 2048;

    private readonly MentionList _mentions = new(options.Mentions);

    private readonly Uri _address = new(options.Url.Length > 0 ? options.Url : $"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={Uri.EscapeDataString(options.Key)}");

    public AlertChannelOptions Options => options;

    public async Task<Delivery> SendAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancellationToken)
    {
        var body = new
        {
            msgtype = "text",
            text = new
            {
                content = ByteCut.Of(text.Of(messages), LargestText),
                mentioned_list = _mentions.HasEverybody ? ["@all"] : _mentions.Users,
                mentioned_mobile_list = _mentions.Mobiles,
            },
        };
        (HttpAnswer? answer, Delivery? failure) = await http.PostAsync(_address, AlertJson.Of(body), bearer: "", cancellationToken);
        return failure ?? RobotAnswer.Read(options.Kind, answer!, http.Said);
    }
}
