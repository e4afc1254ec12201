using System.Text.RegularExpressions;
using FollowerSync.Structure;

namespace FollowerSync.Tests;

/// <summary>The Chinese pages say what the English ones say: the same chapters, examples, tables, and names of settings and commands.</summary>
public sealed partial class ChinesePagesTests
{
    /// <summary>Made by tests from the same queries and comments, in both languages; compared there.</summary>
    private static readonly string[] Made = ["cookbook.md", "rights.md", "tables.md"];

    private static readonly string Root = SourceTree.OwnCheckout();

    public static TheoryData<string> Pages() =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Select(page => Path.Combine("docs", Path.GetFileName(page)))
            .Where(page => !page.EndsWith(".zh-CN.md", StringComparison.Ordinal) && !Made.Contains(Path.GetFileName(page), StringComparer.Ordinal)).Append("README.md").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_says_the_same_in_Chinese(string page)
    {
        string english = Read(page), chinese = Read(ChineseOf(page));

        Blocks(chinese).ShouldBe(Blocks(english));
        Chapter[] here = [.. Chapters(english)], there = [.. Chapters(chinese)];
        there.Select(chapter => chapter.Level).ShouldBe(here.Select(chapter => chapter.Level));
        foreach ((Chapter one, Chapter other) in here.Zip(there))
        {
            other.Rows.ShouldBe(one.Rows, $"rows of tables under {one.Title}");
            other.Names.ShouldBe(one.Names, $"names under {one.Title}");
        }
    }

    [Fact]
    public void No_Chinese_page_is_without_its_English_one() =>
        Directory.EnumerateFiles(Root, "*.zh-CN.md").Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.zh-CN.md"))
            .Where(page => !File.Exists(page.Replace(".zh-CN.md", ".md", StringComparison.Ordinal))).ShouldBeEmpty();

    private static string ChineseOf(string page) => page.Replace(".md", ".zh-CN.md", StringComparison.Ordinal);

    private static string Read(string page) => File.ReadAllText(Path.Combine(Root, page));

    private static IEnumerable<string> Blocks(string page) => CodeBlock().Matches(page).Select(block => block.Value);

    // The text of a page by its headings; what stands before the first is a chapter too.
    private static IEnumerable<Chapter> Chapters(string page)
    {
        string[] lines = CodeBlock().Replace(page, "").Split('\n');
        int[] begins = [0, .. Enumerable.Range(1, lines.Length - 1).Where(line => Heading().IsMatch(lines[line]))];
        foreach ((int begin, int end) in begins.Zip(begins.Skip(1).Append(lines.Length)))
        {
            string[] own = lines[begin..end];
            yield return new Chapter(
                own[0], own[0].TakeWhile(letter => letter == '#').Count(), own.Count(line => line.StartsWith('|')), [.. own.SelectMany(line => Name().Matches(line)).Select(name => name.Value).Order(StringComparer.Ordinal)]);
        }
    }

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("^#+ ", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Heading();

    [GeneratedRegex("`[^`]+`", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Name();

    private sealed record Chapter(string Title, int Level, int Rows, string[] Names);
}
