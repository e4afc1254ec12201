using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FollowerSync.WeChat.Answers;

/// <summary>Reads values of WeChat's JSON the way they are meant, whatever WeChat puts around them: numbers as strings, invalid UTF-8,
/// lone surrogates, U+0000.</summary>
internal static class JsonText
{
    /// <summary>Text that PostgreSQL can hold: U+0000 dropped, lone surrogates and invalid UTF-8 replaced by U+FFFD; null when empty or no text.</summary>
    public static string? ReadText(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String when reader.ValueSpan.IsEmpty:
                return null;
            case JsonTokenType.String when !reader.ValueIsEscaped:
                return Encoding.UTF8.GetString(reader.ValueSpan);
            case JsonTokenType.String:
                return Unescape(reader.ValueSpan) is { Length: > 0 } text ? text : null;
            case JsonTokenType.Number:
                return Encoding.UTF8.GetString(reader.ValueSpan);
            default:
                reader.Skip();
                return null;
        }
    }

    /// <summary>Whether the property name that the reader is at is this one. The reader's own comparison throws on halves of surrogate pairs.</summary>
    public static bool IsName(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.ValueIsEscaped
        ? Unescape(reader.ValueSpan).AsSpan().SequenceEqual(Encoding.UTF8.GetString(name))
        : reader.ValueSpan.SequenceEqual(name);

    /// <summary>The property name that the reader is at.</summary>
    public static string ReadName(ref Utf8JsonReader reader) => reader.ValueIsEscaped ? Unescape(reader.ValueSpan) : Encoding.UTF8.GetString(reader.ValueSpan);

    /// <summary>Text as it was sent, U+0000 included; null when it is none.</summary>
    public static string? ReadRawText(ref Utf8JsonReader reader) => reader is { TokenType: JsonTokenType.String, ValueIsEscaped: true }
        ? Unescape(reader.ValueSpan, keepsNul: true) : ReadText(ref reader);

    /// <summary>Where the text value stands that the reader is at; nowhere when it is empty or no text.</summary>
    public static JsonTextSlice ReadSlice(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return new JsonTextSlice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length, reader.ValueIsEscaped);
            case JsonTokenType.Number:
                return new JsonTextSlice((int)reader.TokenStartIndex, reader.ValueSpan.Length, IsEscaped: false);
            default:
                reader.Skip();
                return default;
        }
    }

    /// <summary>Yes or no, given as 1 or 0, as true or false, or as one of these in quotes; null when it is anything else.</summary>
    public static bool? ReadFlag(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
            return reader.TokenType == JsonTokenType.True;
        if (reader.TokenType == JsonTokenType.String && bool.TryParse(Encoding.UTF8.GetString(reader.ValueSpan), out bool word))
            return word;
        return ReadInteger(ref reader) switch
        {
            0 => false,
            1 => true,
            _ => null,
        };
    }

    /// <summary>An integer, given as number or as text; null when it is neither or does not fit.</summary>
    public static long? ReadInteger(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when reader.TryGetInt64(out long number):
                return number;
            case JsonTokenType.Number when reader.TryGetDouble(out double number) && double.IsInteger(number) && Math.Abs(number) < 1e15:
                return (long)number;
            case JsonTokenType.String:
                return long.TryParse(reader.ValueSpan, NumberStyles.Integer, CultureInfo.InvariantCulture, out long parsed) ? parsed : null;
            default:
                reader.Skip();
                return null;
        }
    }

    /// <summary>The same JSON with every raw control byte inside a string written as an escape, so that a strict reader takes it.</summary>
    /// <exception cref="JsonException">There are more of them than any text has, and escapes take six times the memory.</exception>
    public static byte[] EscapeControlBytes(ReadOnlySpan<byte> json)
    {
        const int Most = 100_000;
        int control = 0;
        foreach (byte value in json)
            control += value < 0x20 ? 1 : 0;
        if (control > Most)
            throw new JsonException("Hardly anything but control bytes.");

        byte[] escaped = new byte[json.Length + (control * 5)];
        int length = 0;
        bool inString = false;
        for (int i = 0; i < json.Length; i++)
        {
            byte value = json[i];
            if (inString && value < 0x20)
            {
                "\\u00"u8.CopyTo(escaped.AsSpan(length));
                value.TryFormat(escaped.AsSpan(length + 4), out _, "x2", CultureInfo.InvariantCulture);
                length += 6;
                continue;
            }

            escaped[length++] = value;
            if (inString && value == (byte)'\\' && i + 1 < json.Length && json[i + 1] >= 0x20)
                escaped[length++] = json[++i];
            else if (value == (byte)'"')
                inString = !inString;
        }

        return escaped[..length];
    }

    /// <summary>The text of an escaped JSON string, its quotes left off.</summary>
    /// <param name="value">The string.</param>
    /// <param name="keepsNul">Whether U+0000 stays in it; else it is dropped, since PostgreSQL cannot hold it.</param>
    public static string Unescape(ReadOnlySpan<byte> value, bool keepsNul = false)
    {
        var text = new StringBuilder(value.Length);
        while (!value.IsEmpty)
        {
            int backslash = value.IndexOf((byte)'\\');
            if (backslash < 0)
                return Append(text, value).ToString();

            Append(text, value[..backslash]);
            value = value[backslash..];
            if (value[1] != (byte)'u')
            {
                text.Append(Unescape(value[1]));
                value = value[2..];
                continue;
            }

            char unit = HexUnit(value);
            value = value[6..];
            if (char.IsHighSurrogate(unit) && value.StartsWith("\\u"u8) && char.IsLowSurrogate(HexUnit(value)))
            {
                text.Append(unit).Append(HexUnit(value));
                value = value[6..];
            }
            else if (unit != '\0' || keepsNul)
            {
                text.Append(char.IsSurrogate(unit) ? '\uFFFD' : unit);
            }
        }

        return text.ToString();
    }

    private static StringBuilder Append(StringBuilder text, ReadOnlySpan<byte> utf8) => text.Append(Encoding.UTF8.GetString(utf8));

    /// <summary>The UTF-16 unit of an escape such as <c>\u4e2d</c>, which the reader has found well-formed.</summary>
    private static char HexUnit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static char Unescape(byte letter) => letter switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => (char)letter,
    };
}
