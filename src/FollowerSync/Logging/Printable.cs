using System.Globalization;
using System.Text;

namespace FollowerSync.Logging;

/// <summary>Makes text of foreign origin fit for a line of a log, a terminal or a table: nothing in it moves a cursor, begins a line of its own or changes
/// the direction of reading. Line ends become spaces, other such characters visible escapes.</summary>
internal static class Printable
{
    /// <summary>The text on one line.</summary>
    public static string Of(string text) => Escape(text, lineEnd: " ");

    /// <summary>The text with its lines kept.</summary>
    public static string Lines(string text) => Escape(text, lineEnd: "\n");

    /// <summary>The text with its lines kept, each but the first one indented, so that none can be taken for a line of the log.</summary>
    public static string Indented(string text) => Escape(text, lineEnd: "\n  ");

    /// <summary>Whether a character is shown as itself and does nothing to the text around it.</summary>
    public static bool IsSafe(char letter) => !char.IsControl(letter) && !char.IsSurrogate(letter) && char.GetUnicodeCategory(letter)
        is not (UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);

    /// <summary>As of a character, also of those that are two of them.</summary>
    public static bool IsSafe(Rune rune) => rune.IsBmp ? IsSafe((char)rune.Value) : Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format;

    private static string Escape(string text, string lineEnd)
    {
        if (text.All(IsSafe))
            return text;

        StringBuilder safe = new(text.Length + 16);
        int at = 0;
        while (at < text.Length)
        {
            char letter = text[at];
            if (IsSafe(letter))
                safe.Append(letter);
            else if (letter == '\n')
                safe.Append(lineEnd);
            else if (letter is '\t' || (letter == '\r' && at + 1 < text.Length && text[at + 1] == '\n'))
                safe.Append(letter == '\t' ? " " : "");
            else if (Rune.TryGetRuneAt(text, at, out Rune rune) && !rune.IsBmp && IsSafe(rune))
                safe.Append(text, at++, 2);
            else
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            at++;
        }

        return safe.ToString();
    }
}
