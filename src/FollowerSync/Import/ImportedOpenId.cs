using System.Buffers;
using System.Text;
using FollowerSync.Languages;

namespace FollowerSync.Import;

/// <summary>What a file may name as an openid: 20 to 64 letters, digits, <c>-</c> and <c>_</c>. Stricter than what is taken from WeChat's own lists
/// (<c>WeChat/Answers/Identifier</c>): WeChat knows its openids, a file may hold anything, and one wrong openid makes WeChat refuse a batch of a hundred.</summary>
internal static class ImportedOpenId
{
    public const int Shortest = 20;
    public const int Longest = 64;

    // Marks, blanks and quotes take several bytes.
    private const int MostBytes = 4 * Longest;

    private static readonly SearchValues<byte> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    // Around an openid only: taken from its middle, it could become somebody else's.
    private static readonly SearchValues<char> Around = SearchValues.Create("\"'`\u2018\u2019\u201C\u201D\u00AB\u00BB\uFEFF\u200B\u200E\u200F\u2060");

    /// <summary>Reads a field.</summary>
    /// <param name="field">Its bytes.</param>
    /// <param name="openId">The openid in it.</param>
    /// <returns>Why there is none, without saying what stands there; null when there is one.</returns>
    public static Sentence? Read(ReadOnlySpan<byte> field, out string openId)
    {
        openId = "";
        field = field.Trim(" \t"u8);
        if (field.Length is >= Shortest and <= Longest && !field.ContainsAnyExcept(Letters))
        {
            openId = Encoding.ASCII.GetString(field);
            return null;
        }

        if (field.Length > MostBytes)
            return $"too long for an openid ({field.Length:N0} bytes)";
        string text = Clean(field);
        if (WhyNot(text) is { } why)
            return why;
        openId = text;
        return null;
    }

    /// <summary>The text of a field without marks, quotes and blanks around it.</summary>
    public static string Clean(ReadOnlySpan<byte> field)
    {
        ReadOnlySpan<char> text = Encoding.UTF8.GetString(field[..Math.Min(field.Length, MostBytes)]);
        while (text.Length > 0 && IsAround(text[0]))
            text = text[1..];
        while (text.Length > 0 && IsAround(text[^1]))
            text = text[..^1];
        return text.ToString();
    }

    private static Sentence? WhyNot(string text) =>
        text.Length == 0 ? (Sentence)"no openid in it"
        : text.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_')) ? "a blank, a sign or a letter in it that no openid has"
        : text.Length < Shortest ? $"too short for an openid ({text.Length} letters)"
        : text.Length > Longest ? (Sentence)$"too long for an openid ({text.Length} letters)" : null;

    private static bool IsAround(char letter) => char.IsWhiteSpace(letter) || Around.Contains(letter);
}
