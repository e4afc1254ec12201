using System.Text;
using System.Text.Json;

namespace FollowerSync.Alerts.Channels;

/// <summary>Reads what a robot answered. All robots say HTTP 200 when they refuse: delivered is what has its return code 0 in it, and nothing else.</summary>
internal static class RobotAnswer
{
    private static readonly string[] CodeNames = ["errcode", "code", "StatusCode"];
    private static readonly string[] WordNames = ["errmsg", "msg", "StatusMessage"];

    /// <param name="kind">Whose codes.</param>
    /// <param name="answer">What came.</param>
    /// <param name="said">Makes its words fit to be shown.</param>
    public static Delivery Read(ChannelKind kind, HttpAnswer answer, Func<string, string> said)
    {
        string text = said(Encoding.UTF8.GetString(answer.Body));
        (long? code, string? words, bool isPunished) = Parse(answer.Body);
        Delivery delivery = code switch
        {
            // Asked far too often, DingTalk punishes without a code.
            null when isPunished && kind == ChannelKind.DingTalk && answer.IsSuccess => Delivery.TooFast("asked too often", RobotCodes.SilenceOfDingTalk),
            null when !answer.IsSuccess => answer.ByStatus(),
            null => Delivery.Refused("HTTP 200 with an answer that is none of a robot: is the address right?", isSetting: true),
            0 => Delivery.Arrived("0 (ok)"),
            long refused => RobotCodes.Meaning(kind, refused, answer),
        };
        return delivery with { Answer = words is null ? text : said(code is { } number ? FormattableString.Invariant($"{number} {words}") : words) };
    }

    private static (long? Code, string? Words, bool IsPunished) Parse(byte[] body)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return (null, null, false);
            JsonElement root = json.RootElement;
            long? code = CodeNames.Select(name => root.TryGetProperty(name, out JsonElement value) ? Number(value) : null).FirstOrDefault(one => one is not null);
            string? words = WordNames.Select(name => root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null).FirstOrDefault(one => one is not null);
            return (code, words, root.TryGetProperty("punish", out _) || (code is null && root.TryGetProperty("status", out JsonElement status) && Number(status) is not null));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return (null, null, false);
        }
    }

    private static long? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt64(out long number) => number,
        JsonValueKind.String when long.TryParse(value.GetString(), System.Globalization.CultureInfo.InvariantCulture, out long number) => number,
        _ => null,
    };
}
