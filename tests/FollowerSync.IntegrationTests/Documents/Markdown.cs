using System.Text;
using System.Text.RegularExpressions;

namespace FollowerSync.IntegrationTests.Documents;

/// <summary>Text and rows in Markdown, as GitHub reads it.</summary>
internal static partial class Markdown
{
    public static void AppendTable(this StringBuilder page, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows, Func<int, bool>? isNumber = null)
    {
        page.AppendRow(columns);
        page.Append('|').AppendJoin('|', columns.Select((_, at) => isNumber?.Invoke(at) == true ? "---:" : "---")).Append("|\n");
        foreach (IReadOnlyList<string> row in rows)
            page.AppendRow(row);
    }

    /// <summary>The text as it is, whatever it would mean in Markdown.</summary>
    public static string Plain(string text) => Special().Replace(text, "\\$0").Replace("<", "&lt;", StringComparison.Ordinal).ReplaceLineEndings(" ");

    private static void AppendRow(this StringBuilder page, IEnumerable<string> cells) => page.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    // An underscore inside a word means nothing.
    [GeneratedRegex(@"[\\|*`~\[\]]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Special();
}
