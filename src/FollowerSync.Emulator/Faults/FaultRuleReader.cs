using System.Globalization;
using System.Text.Json;

namespace FollowerSync.Emulator.Faults;

/// <summary>Reads one rule of a plan, and says exactly what is wrong with it.</summary>
internal static class FaultRuleReader
{
    private const string Known = "fault, path, appId, page, openId, call, every, from, to, probability, times, errCode, errMsg, delay, status, "
        + "fullLength, contentType, count, percent, text, keys, comment";

    public static FaultRule Read(JsonElement json, string place)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw new FaultPlanException($"{place}: a rule is an object, but this is {Shown(json)}");
        if (!json.TryGetProperty("fault", out JsonElement fault))
            throw new FaultPlanException($"{place}.fault: is missing; one of {string.Join(", ", Enum.GetNames<FaultKind>())}");
        FaultRule rule = new() { Fault = Name<FaultKind>(fault, $"{place}.fault") };
        foreach (JsonProperty property in json.EnumerateObject())
            rule = With(rule, property.Name, property.Value, $"{place}.{property.Name}");
        FaultRuleCheck.Check(rule, place);
        return rule;
    }

    private static FaultRule With(FaultRule rule, string name, JsonElement value, string place) => name switch
    {
        "fault" or "comment" => rule,
        "path" => rule with { Path = Text(value, place) },
        "appId" => rule with { AppId = Text(value, place) },
        "page" => rule with { Page = Number(value, place) },
        "openId" => rule with { OpenId = Text(value, place) },
        "call" => rule with { Call = Number(value, place) },
        "every" => rule with { Every = Number(value, place) },
        "from" => rule with { From = Number(value, place) },
        "to" => rule with { To = Number(value, place) },
        "probability" => rule with { Probability = Fraction(value, place) },
        "times" => rule with { Times = Number(value, place) },
        "errCode" => rule with { ErrCode = Number(value, place) },
        "errMsg" => rule with { ErrMsg = Text(value, place) },
        "delay" => rule with { Delay = Duration(value, place) },
        "status" => rule with { Status = Number(value, place) },
        "fullLength" => rule with { FullLength = Flag(value, place) },
        "encoding" => rule with { Encoding = Text(value, place) },
        "contentType" => rule with { ContentType = Text(value, place) },
        "count" => rule with { Count = Number(value, place) },
        "percent" => rule with { Percent = Fraction(value, place) },
        "text" => rule with { Text = Name<HostileText>(value, place) },
        "keys" => rule with { Keys = Texts(value, place) },
        _ => throw new FaultPlanException($"{place}: is not known; known are {Known}"),
    };

    private static string Text(JsonElement value, string place) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(place, "a text", value);

    private static int Number(JsonElement value, string place) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : throw Wrong(place, "a whole number", value);

    private static double Fraction(JsonElement value, string place) =>
        value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw Wrong(place, "a number", value);

    private static bool Flag(JsonElement value, string place) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(place, "true or false", value);

    private static TimeSpan Duration(JsonElement value, string place) =>
        value.ValueKind == JsonValueKind.String && TimeSpan.TryParseExact(value.GetString(), "c", CultureInfo.InvariantCulture, out TimeSpan duration)
            ? duration
            : throw Wrong(place, "a duration hh:mm:ss", value);

    private static string[] Texts(JsonElement value, string place) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(text => Text(text, place))] : throw Wrong(place, "an array of texts", value);

    private static T Name<T>(JsonElement value, string place)
        where T : struct, Enum =>
        value.ValueKind == JsonValueKind.String && Enum.GetNames<T>().Contains(value.GetString(), StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(value.GetString()!, ignoreCase: true)
            : throw Wrong(place, $"one of {string.Join(", ", Enum.GetNames<T>())}", value);

    private static FaultPlanException Wrong(string place, string rule, JsonElement value) => new($"{place}: must be {rule}, but is {Shown(value)}");

    private static string Shown(JsonElement value) => value.GetRawText() is { Length: > 60 } text ? $"{text[..60]}…" : value.GetRawText();
}
