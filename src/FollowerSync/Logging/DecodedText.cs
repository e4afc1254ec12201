using System.Globalization;
using System.Text;

namespace FollowerSync.Logging;

/// <summary>A text whose escapes are undone one level deep, and for every character where it stood in the text they were undone in.
/// Knows the escapes of addresses (<c>%2F</c>), of JSON (<c>\u002f</c>, <c>\"</c>) and of HTML (<c>&amp;#47;</c>, <c>&amp;amp;</c>).</summary>
internal sealed class DecodedText
{
    private const int DeepestLevel = 4;

    private static readonly (string Name, char Letter)[] Entities = [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("plus", '+'), ("sol", '/'), ("equals", '=')];

    private readonly int[] _starts;

    private DecodedText(string text, int[] starts)
    {
        Text = text;
        _starts = starts;
    }

    public string Text { get; }

    /// <summary>The text as it is, then with one level of escapes undone after the other, as long as there are any.</summary>
    public static IEnumerable<DecodedText> LevelsOf(string text)
    {
        var level = new DecodedText(text, [.. Enumerable.Range(0, text.Length + 1)]);
        for (int depth = 0; depth <= DeepestLevel; depth++)
        {
            yield return level;
            if (level.Text.AsSpan().IndexOfAny('%', '\\', '&') < 0 || level.Decode() is not { } next)
                yield break;
            level = next;
        }
    }

    /// <summary>Where in the original text a part of this one stands.</summary>
    public Range OriginOf(int start, int end) => _starts[start].._starts[end];

    /// <summary>The next level; null when there is nothing to undo.</summary>
    private DecodedText? Decode()
    {
        StringBuilder decoded = new(Text.Length);
        List<int> starts = new(Text.Length + 1);
        int at = 0;
        while (at < Text.Length)
        {
            (string letters, int length) = Text[at] switch
            {
                '%' => OfAddress(at),
                '\\' => OfJson(at),
                '&' => OfHtml(at),
                _ => ("", 0),
            };
            if (length == 0)
                (letters, length) = (Text[at].ToString(), 1);
            decoded.Append(letters);
            for (int i = 0; i < letters.Length; i++)
                starts.Add(_starts[at]);
            at += length;
        }

        starts.Add(_starts[^1]);
        return decoded.Length == Text.Length ? null : new DecodedText(decoded.ToString(), [.. starts]);
    }

    // The bytes of one letter: %E4%B8%AD is one.
    private (string Letters, int Length) OfAddress(int at)
    {
        Span<byte> bytes = stackalloc byte[4];
        int count = 0;
        while (count < 4 && at + (count * 3) < Text.Length && Text[at + (count * 3)] == '%' && HexAt(at + (count * 3) + 1, 2) is { } value)
        {
            bytes[count++] = (byte)value;
            if (Rune.DecodeFromUtf8(bytes[..count], out Rune letter, out _) == System.Buffers.OperationStatus.Done)
                return (letter.ToString(), count * 3);
        }

        return ("", 0);
    }

    private (string Letters, int Length) OfJson(int at)
    {
        if (at + 1 == Text.Length)
            return ("", 0);
        return Text[at + 1] switch
        {
            'u' or 'U' when HexAt(at + 2, 4) is { } unit => (((char)unit).ToString(), 6),
            'x' when HexAt(at + 2, 2) is { } unit => (((char)unit).ToString(), 4),
            '"' or '\'' or '\\' or '/' => (Text[at + 1].ToString(), 2),
            _ => ("", 0),
        };
    }

    private (string Letters, int Length) OfHtml(int at)
    {
        int end = Text.AsSpan(at, Math.Min(12, Text.Length - at)).IndexOf(';');
        if (end < 2)
            return ("", 0);
        ReadOnlySpan<char> name = Text.AsSpan(at + 1, end - 1);
        int letter = -1;
        bool isNumber = name[0] == '#'
            && (name.Length > 1 && name[1] is 'x' or 'X'
                ? int.TryParse(name[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out letter)
                : int.TryParse(name[1..], NumberStyles.None, CultureInfo.InvariantCulture, out letter));
        if (isNumber)
            return Rune.IsValid(letter) ? (new Rune(letter).ToString(), end + 1) : ("", 0);
        foreach ((string known, char meant) in Entities)
            if (name.SequenceEqual(known))
                return (meant.ToString(), end + 1);
        return ("", 0);
    }

    private int? HexAt(int at, int digits) =>
        at + digits <= Text.Length && int.TryParse(Text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value) ? value : null;
}
