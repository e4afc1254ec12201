using System.Text.RegularExpressions;

namespace FollowerSync.Database.Schema;

/// <summary>Takes a script apart, so that an error can be placed and each statement outside a transaction stands alone.</summary>
internal static partial class SqlScript
{
    /// <summary>One statement without its semicolon.</summary>
    /// <param name="Line">Line of the script its first word stands in, from 1.</param>
    /// <param name="Text">From its first word on.</param>
    internal sealed record Statement(int Line, string Text)
    {
        /// <summary>Line of the script for the server's <paramref name="position"/> in the statement; 0 = unknown, the statement's first.</summary>
        public int LineAt(int position) => Line + Text.AsSpan(0, Math.Clamp(position - 1, 0, Text.Length)).Count('\n');
    }

    /// <summary>Knows quotes, dollar quotes and comments. Not known: SQL functions with <c>begin atomic</c>; put the body into dollar quotes.</summary>
    public static IEnumerable<Statement> Split(string script)
    {
        int start = -1;
        foreach (Match token in Token().Matches(script))
        {
            bool end = token.Value == ";";
            if (start < 0 && !end && !token.Groups["comment"].Success)
                start = token.Index;
            if (start < 0 || !end)
                continue;

            yield return At(script, start, token.Index);
            start = -1;
        }

        if (start >= 0)
            yield return At(script, start, script.Length);
    }

    private static Statement At(string script, int start, int end) =>
        new(script.AsSpan(0, start).Count('\n') + 1, script[start..end]);

    [GeneratedRegex(
        """
        (?<comment> --[^\n]* | /\*.*?\*/ )
        | [eE]'([^'\\]|\\.|'')*'
        | '([^']|'')*'
        | "([^"]|"")*"
        | \$(?<tag>\w*)\$ .*? \$\k<tag>\$
        | ;
        | [^\s;'"$/-]+
        | [$/-]
        """,
        RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 5000)]
    private static partial Regex Token();
}
