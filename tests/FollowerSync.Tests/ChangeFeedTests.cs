using System.Text.RegularExpressions;
using FollowerSync.Structure;

namespace FollowerSync.Tests;

/// <summary>Read from the SQL of the sources: nothing changes a follower behind the back of <c>wechat.changes</c>.</summary>
public sealed partial class ChangeFeedTests
{
    private static readonly string Source = Path.Combine(SourceTree.OwnCheckout(), "src", "FollowerSync");

    [Fact]
    public void Every_statement_that_writes_followers_says_whom_it_wrote_and_its_class_tells_the_feed()
    {
        (string File, string Text, Match Write)[] writes = [..
            from file in Directory.GetFiles(Source, "*.cs", SearchOption.AllDirectories)
            let text = File.ReadAllText(file)
            from write in Writes().Matches(text)
            select (Path.GetFileNameWithoutExtension(file), text, write)];

        writes.Select(w => w.File).Distinct().Count().ShouldBeGreaterThan(7, "else the pattern finds nothing any more");
        writes.Where(w => !w.Text.Contains("ChangeFeed.Note", StringComparison.Ordinal)).Select(w => w.File).ShouldBeEmpty("they do not tell the feed");
        // COPY returns nothing, and of a person alone the caller knows who it is.
        writes.Where(w => !w.Write.Value.StartsWith("copy", StringComparison.Ordinal) && !SaysWhom(w.Text, w.Write.Index) && w.File is not "PersonalFieldErasure")
            .Select(w => $"{w.File}: {w.Write.Value}").ShouldBeEmpty("they write people whom they do not return");
    }

    /// <summary>Whether the statement returns what it wrote: before the next part of it, and before its end. Whose rows are given by a list are in it.</summary>
    private static bool SaysWhom(string text, int start)
    {
        string statement = text[start..(start + Regex.Match(text[start..], "\"[,;]\n|\n        \\)", RegexOptions.None, TimeSpan.FromSeconds(1)).Index)];
        return statement.Contains("returning", StringComparison.Ordinal) || statement.Contains("from {NewRows}", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\b(insert into|update|delete from|merge into|truncate|copy) wechat\.followers\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Writes();
}
