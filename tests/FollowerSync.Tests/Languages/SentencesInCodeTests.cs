using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace FollowerSync.Tests.Languages;

/// <summary>No sentence of the code is without its translation, and no translation without its sentence. With <c>FOLLOWERSYNC_WRITE_DOCS=1</c> names are
/// added and struck out; what they are in Chinese, a person writes.</summary>
public sealed partial class SentencesInCodeTests
{
    [Fact]
    public void Every_sentence_is_one_before_it_is_put_together() => CodeSentences.Faults.ShouldBeEmpty();

    // Of two names that differ in their capitals alone the build keeps one.
    [Fact]
    public void No_two_sentences_differ_in_their_capitals_alone() =>
        CodeSentences.Keys.GroupBy(key => key, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1).Select(same => same.Key).ShouldBeEmpty();

    [Fact]
    public void Every_sentence_has_a_Chinese_one_with_the_same_holes()
    {
        Dictionary<string, string> chinese = Read();
        if (Environment.GetEnvironmentVariable("FOLLOWERSYNC_WRITE_DOCS") == "1")
            Write(chinese);

        CodeSentences.Keys.Except(chinese.Keys, StringComparer.Ordinal).ShouldBeEmpty("Add it to Languages/Chinese.resx.");
        chinese.Keys.Except(CodeSentences.Keys, StringComparer.Ordinal).ShouldBeEmpty("Strike it out of Languages/Chinese.resx.");
        chinese.Where(text => text.Value.Length == 0 || !HolesOf(text.Key).SetEquals(HolesOf(text.Value))).Select(text => text.Key).ShouldBeEmpty();
    }

    private static HashSet<string> HolesOf(string text) => [.. Hole().Matches(text).Select(hole => hole.Value)];

    private static Dictionary<string, string> Read() => XElement.Load(FileName()).Elements("data")
        .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value, StringComparer.Ordinal);

    private static void Write(Dictionary<string, string> known)
    {
        XElement file = XElement.Load(FileName());
        file.Elements("data").Remove();
        file.Add(CodeSentences.Keys.Select(key => new XElement("data", new XAttribute("name", key), new XElement("value", known.GetValueOrDefault(key, "")))));
        file.Save(FileName());
    }

    private static string FileName([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "src", "FollowerSync", "Languages", "Chinese.resx"));

    [GeneratedRegex(@"\{[0-9]+\}", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Hole();
}
