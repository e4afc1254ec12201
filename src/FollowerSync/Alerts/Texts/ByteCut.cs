using System.Text;

namespace FollowerSync.Alerts.Texts;

/// <summary>Cuts texts by their bytes in UTF-8, which is what robots count, and never within a character.</summary>
internal static class ByteCut
{
    private const char Ellipsis = '…';
    private static readonly int EllipsisBytes = Encoding.UTF8.GetByteCount([Ellipsis]);

    /// <summary>The text, or as much of its beginning as fits with an ellipsis behind it.</summary>
    public static string Of(string text, int bytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= bytes)
            return text;
        StringBuilder kept = new();
        int left = bytes - EllipsisBytes;
        foreach (Rune rune in text.EnumerateRunes())
        {
            left -= rune.Utf8SequenceLength;
            if (left < 0)
                break;
            kept.Append(rune.ToString());
        }

        return kept.Append(Ellipsis).ToString();
    }

    /// <summary>The largest beginning of the text with which <paramref name="body"/> has no more bytes than allowed: what surrounds it counts too, and so
    /// do the escapes of JSON.</summary>
    public static byte[] Fitting(string text, int bytes, Func<string, byte[]> body)
    {
        byte[] whole = body(text);
        for (int allowed = bytes; whole.Length > bytes && allowed > EllipsisBytes; allowed = allowed * 3 / 4)
            whole = body(Of(text, allowed));
        return whole;
    }
}
