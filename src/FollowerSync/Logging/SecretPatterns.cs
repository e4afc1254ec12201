using System.Text.RegularExpressions;

namespace FollowerSync.Logging;

/// <summary>What looks like a secret or a person's name, whatever its value: queries of addresses, passwords, JSON values under telling keys.</summary>
internal static partial class SecretPatterns
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
    private const int TimeoutMilliseconds = 1_000;

    public static string Mask(string text)
    {
        try
        {
            text = AddressQuery().Replace(text, "${address}?***");
            text = UserInfo().Replace(text, "://***@");
            text = Assignment().Replace(text, "${key}=***");
            text = Authorization().Replace(text, "${scheme} ***");
            return JsonValue().Replace(text, "${key}***${end}");
        }
        catch (RegexMatchTimeoutException)
        {
            return $"(a text that could not be checked for secrets in time){Environment.NewLine}";
        }
    }

    // https://host/path?query and /cgi-bin/path?query
    [GeneratedRegex("""(?<address>(https?://|/)[^\s?"'<>\\]*)\?[^\s"'<>\\]+""", Options, TimeoutMilliseconds)]
    private static partial Regex AddressQuery();

    [GeneratedRegex("""://[^\s/@"']+@""", Options, TimeoutMilliseconds)]
    private static partial Regex UserInfo();

    // The text may be the content of a JSON string, where a quote stands as \".
    [GeneratedRegex("""\b(?<key>access_?token|refresh_?token|app_?secret|secret|password|pwd|token|hash_?key|token_?bearer)\s*=\s*("[^"]*"|'[^']*'|\\"((?!\\").)*\\"|([^\s&;,"'}\\]|\\[^"])+)""", Options, TimeoutMilliseconds)]
    private static partial Regex Assignment();

    // "Basic configuration" is the page of WeChat's console that remedies name.
    [GeneratedRegex("""\b(?<scheme>Bearer|Basic)\s+(?!configuration\b)[A-Za-z0-9+/=._~-]{8,}""", Options, TimeoutMilliseconds)]
    private static partial Regex Authorization();

    // Also where the JSON stands escaped inside another string, and where it was cut before the closing quote.
    [GeneratedRegex("""(?<key>(?<slash>\\*)"(access_?token|refresh_?token|app_?secret|secret|password|token|hash_?key|token_?bearer|nick_?name|remark|headimgurl|querystring)\k<slash>"\s*:\s*\k<slash>")((?!\k<slash>")(\\.|[^\\]))*(?<end>\k<slash>"|$)""", Options | RegexOptions.Singleline, TimeoutMilliseconds)]
    private static partial Regex JsonValue();
}
