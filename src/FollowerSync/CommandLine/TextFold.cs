using System.Text;
using System.Text.RegularExpressions;
using FollowerSync.Languages;
using Spectre.Console.Rendering;

namespace FollowerSync.CommandLine;

/// <summary>Folds text for people to the width of a terminal: between words only, and never within a command to copy.</summary>
internal static partial class TextFold
{
    /// <param name="text">One line or several; the further lines of each begin under its first word.</param>
    /// <param name="width">Columns there are; what is longer in one piece is left to the terminal, from which it is copied whole.</param>
    /// <param name="hang">Where further lines begin; null = under the first word.</param>
    public static string Fold(string text, int width, int? hang = null) =>
        string.Join('\n', text.Split('\n').Select(line => FoldLine(line.TrimEnd('\r'), width, hang)));

    /// <summary>Columns a text takes: a Chinese letter takes two.</summary>
    public static int CellsOf(string text) => new Segment(text).CellCount();

    /// <summary>A label with blanks behind it, so that what follows stands in a column.</summary>
    public static Sentence Padded(Sentence label, int columns) => label.With(text => text + new string(' ', Math.Max(0, columns - CellsOf(text))));

    private static string FoldLine(string line, int width, int? hang)
    {
        int indent = line.Length - line.TrimStart().Length;
        if (CellsOf(line) <= width || indent == line.Length)
            return line;

        string further = "\n" + new string(' ', hang ?? indent);
        StringBuilder folded = new(line[..indent]);
        int column = indent;
        foreach (Match piece in Piece().Matches(line, indent))
        {
            int cells = CellsOf(piece.Groups["text"].Value), blanks = piece.Groups["blanks"].Length;
            if (column + blanks + cells > width && column > further.Length - 1)
            {
                folded.Append(further);
                (column, blanks) = (further.Length - 1, 0);
            }

            folded.Append(' ', blanks).Append(piece.Groups["text"].Value);
            column += blanks + cells;
        }

        return folded.ToString();
    }

    // What stays in one piece: text in quotes, commands, a moment, a number with its unit, a Chinese letter with the signs that may not begin or end a line, and every other word.
    [GeneratedRegex(
        """(?<blanks> *)(?<text>(?:["'(]*"[^"]+"|psql (?:'[^']+'|"[^"]+")|[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{5,8}(?: (?:UTC|[+-][0-9:]{5}))?|[0-9][0-9,.]* (?:s|min|h|d|%|天|小时|分钟|分|秒|人|次)(?![a-z]))[^\s\u3000-\u9FFF\uFF00-\uFFEF]*[、。，；：！？）》」]*|[^\s\u3000-\u9FFF\uFF00-\uFFEF]*followersync [a-z]+(?: (?:-[^\s\u3000-\u9FFF\uFF00-\uFFEF]+|[A-Z0-9_]+\b[^\s\u3000-\u9FFF\uFF00-\uFFEF]*))*[、。，；：！？）》」]*|[（《「]*[^\s\u3000-\u9FFF\uFF00-\uFFEF]+[、。，；：！？）》」]*|[（《「]*[\u3000-\u9FFF\uFF00-\uFFEF][、。，；：！？）》」]*)""", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Piece();
}
