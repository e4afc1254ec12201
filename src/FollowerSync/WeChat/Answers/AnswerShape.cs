using System.Text;
using System.Text.Json;
using FollowerSync.Languages;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat.Answers;

/// <summary>What can be said of an answer that could not be used without repeating any of it: answers carry people and tokens, and what stands between us and
/// WeChat may quote the address with its secrets.</summary>
internal static class AnswerShape
{
    private const int MostKeys = 8;

    /// <summary>Its length, and what it is: "1,234 bytes of HTML", "82 bytes of JSON with the keys errcode, errmsg".</summary>
    public static Sentence Of(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
            return "nothing";

        Sentence bytes = $"{body.Length:N0} bytes";
        ReadOnlySpan<byte> start = body.TrimStart(" \t\r\n\uFEFF"u8);
        if (start.StartsWith("<"u8))
            return start.StartsWith("<?xml"u8) ? $"{bytes} of XML" : (Sentence)$"{bytes} of HTML";
        return KeysOf(body) is { } keys ? (Sentence)$"{bytes} of JSON with {keys}" : $"{bytes} that are no JSON object";
    }

    /// <summary>The names of a JSON object's parts, as far as they are known ones: an unknown name may be a value in a wrong place. Null when it is no object.</summary>
    public static Sentence? KeysOf(ReadOnlySpan<byte> body)
    {
        List<string> known = [];
        int others = 0;
        try
        {
            var reader = new Utf8JsonReader(body.StartsWith("\uFEFF"u8) ? body[3..] : body, new JsonReaderOptions { AllowTrailingCommas = true });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = Encoding.UTF8.GetString(reader.ValueSpan);
                if (KnownWords.IsKey(name) && known.Count < MostKeys && !known.Contains(name))
                    known.Add(name);
                else
                    others++;
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            return null;
        }

        return (known.Count, others) switch
        {
            (0, 0) => (Sentence)"no keys",
            (0, _) => $"{others} keys of other names",
            (_, 0) => $"the keys {string.Join(", ", known)}",
            _ => $"the keys {string.Join(", ", known)} and {others} of other names",
        };
    }
}
