using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace FollowerSync.Tests.Logging;

/// <summary>The forms in which a text may be echoed, and what of it can be read out of another text.</summary>
internal static partial class EncodedText
{
    /// <summary>A piece of so many letters of a secret counts as a leak.</summary>
    private const int Telling = 12;

    public static IEnumerable<string> FormsOf(string text)
    {
        yield return text;
        yield return Uri.EscapeDataString(text);
        yield return Uri.EscapeDataString(text).ToLowerInvariant() is var lower && Uri.UnescapeDataString(lower) == text ? lower : Uri.EscapeDataString(text);
        yield return string.Concat(Encoding.UTF8.GetBytes(text).Select(b => $"%{b:x2}"));
        yield return Uri.EscapeDataString(Uri.EscapeDataString(text));
        yield return JavaScriptEncoder.Default.Encode(text);
        yield return string.Concat(text.Select(letter => $"\\u{(int)letter:X4}"));
        yield return JavaScriptEncoder.Default.Encode(JavaScriptEncoder.Default.Encode(text));
        yield return WebUtility.HtmlEncode(text);
        yield return string.Concat(text.Select(letter => $"&#x{(int)letter:x};"));
        for (int shift = 0; shift < 3; shift++)
        {
            string base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes("abc"[..shift] + text + "x"));
            yield return base64;
            yield return base64.TrimEnd('=').Replace('+', '-').Replace('/', '_');
            yield return Uri.EscapeDataString(base64);
        }
    }

    /// <summary>What of the secrets stands in the text, as it is or in one of the forms.</summary>
    public static IEnumerable<string> LeaksOf(IEnumerable<string> secrets, string text)
    {
        string plain = Undone(text);
        string base64 = plain.Replace('-', '+').Replace('_', '/');
        return secrets.SelectMany(secret => LeaksOf(secret, plain, base64));
    }

    private static IEnumerable<string> LeaksOf(string secret, string plain, string base64)
    {
        for (int start = 0; start + Telling <= secret.Length; start++)
        {
            if (plain.Contains(secret.AsSpan(start, Telling), StringComparison.Ordinal))
                yield return secret.Substring(start, Telling);
        }

        for (int shift = 0; shift < 3; shift++)
        {
            string form = Convert.ToBase64String(Encoding.UTF8.GetBytes("abc"[..shift] + secret)).TrimEnd('=');
            for (int start = 4; start + 16 <= form.Length - 2; start++)
            {
                if (base64.Contains(form.AsSpan(start, 16), StringComparison.Ordinal))
                    yield return form.Substring(start, 16);
            }
        }
    }

    private static string Undone(string text)
    {
        for (int level = 0; level < 3; level++)
            text = JsonEscape().Replace(WebUtility.HtmlDecode(Uri.UnescapeDataString(text)), Unescaped);
        return text;
    }

    private static string Unescaped(Match escape) => escape.Groups["unit"].Success
        ? ((char)Convert.ToInt32(escape.Groups["unit"].Value, 16)).ToString() : escape.Groups["letter"].Value;

    [GeneratedRegex("""\\u(?<unit>[0-9a-fA-F]{4})|\\(?<letter>["\\/])""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex JsonEscape();
}
