using System.Text;
using System.Text.RegularExpressions;

namespace FollowerSync.Tests;

/// <summary>Takes statements apart into their queries: what stands in parentheses is one of its own, and so is each half of a union.</summary>
internal static partial class SqlParts
{
    /// <summary>The queries of a script, or of all literals of a source.</summary>
    public static IEnumerable<string> Of(string name, string text) =>
        (name.EndsWith(".sql", StringComparison.Ordinal) ? [text] : Literal().Matches(text).Select(m => m.Value)).SelectMany(Split);

    private static IEnumerable<string> Split(string sql)
    {
        List<StringBuilder> done = [];
        Stack<StringBuilder> open = new([new StringBuilder()]);
        foreach (char c in Comment().Replace(sql, ""))
        {
            if (c == '(')
                open.Push(new StringBuilder());
            else if (c == ')' && open.Count > 1)
                done.Add(open.Pop());
            else
                open.Peek().Append(c);
        }

        return done.Concat(open).SelectMany(part => Half().Split(part.ToString()));
    }

    [GeneratedRegex("\"\"\"[\\s\\S]*?\"\"\"|\"[^\"\\n]+\"", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Literal();

    [GeneratedRegex("--[^\\n]*", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\bunion\b|;", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Half();
}
