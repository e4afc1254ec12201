using System.Text;
using System.Text.RegularExpressions;

namespace FollowerSync.WeChat.Answers;

/// <summary>The beginning of an answer that could not be used, for an error text: one line, without secrets.</summary>
internal static partial class AnswerExcerpt
{
    private const int CutAt = 200;

    public static string Of(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
            return "nothing";

        string text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, CutAt)]);
        string oneLine = string.Create(text.Length, text, static (chars, source) =>
        {
            for (int i = 0; i < chars.Length; i++)
                chars[i] = char.IsControl(source[i]) ? ' ' : source[i];
        });
        return "\"" + Secret().Replace(oneLine, "${name}***") + (body.Length > CutAt ? "…\"" : "\"");
    }

    [GeneratedRegex("""(?<name>(access_token|refresh_token|app_?secret|secret)["']?\s*[:=]\s*["']?)[^"'&\s,}<]+""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 200)]
    private static partial Regex Secret();
}
