using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace FollowerSync.WeChat.Errors;

/// <summary>WeChat's words of an error (<c>errmsg</c>), fit to be stored and shown. An errmsg may repeat what was sent (openids, the token, the secret in the
/// query), and what stands in its place when somebody else answers may be anything. So only this is kept: words that WeChat's texts are made of, its
/// request id, short numbers, AppIDs, and the caller's IP address, which the administrator has to copy. What else stands there becomes <c>…</c>.</summary>
internal static partial class ErrorText
{
    private const int Longest = 300;
    private const int LongestNumber = 4;
    private const char LeftOut = '…';
    private const string Marks = ",;()[]\"'?!";

    /// <summary>The part of the text that can be nobody's name and no secret, on one line.</summary>
    public static string Of(string errmsg)
    {
        StringBuilder kept = new();
        int at = 0;
        while (at < errmsg.Length && kept.Length < Longest)
        {
            int end = at;
            while (end < errmsg.Length && !IsBetweenWords(errmsg[end]))
                end++;
            if (end > at)
                Append(kept, errmsg[at..end]);
            else if (Marks.Contains(errmsg[end++], StringComparison.Ordinal))
                kept.Append(errmsg[at]);
            else if (kept.Length > 0 && kept[^1] != ' ')
                kept.Append(' ');
            at = end;
        }

        if (at < errmsg.Length)
            kept.Append(LeftOut);
        return kept.ToString().Trim();
    }

    // Several things left out in a row are one.
    private static void Append(StringBuilder kept, string part)
    {
        if (IsKept(part))
            kept.Append(part);
        else if (!kept.ToString().AsSpan().TrimEnd().EndsWith([LeftOut]))
            kept.Append(LeftOut);
    }

    private static bool IsBetweenWords(char letter) => char.IsWhiteSpace(letter) || char.IsControl(letter) || Marks.Contains(letter, StringComparison.Ordinal);

    private static bool IsKept(string part)
    {
        string word = part.TrimEnd(':', '.');
        return word.Length == 0
            || word.Split('-').All(KnownWords.IsWord) || Fixed().IsMatch(word) || IsAddress(word)
            || (word.Length <= LongestNumber && int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
    }

    private static bool IsAddress(string text) =>
        (text.Count(letter => letter == '.') == 3 || text.Count(letter => letter == ':') > 1) && IPAddress.TryParse(text, out _);

    // A request id as WeChat gives it, or an AppID.
    [GeneratedRegex(@"^([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}|wx[0-9a-f]{16})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Fixed();
}
