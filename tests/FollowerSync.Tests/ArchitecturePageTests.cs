using System.Text.RegularExpressions;
using FollowerSync.Structure;

namespace FollowerSync.Tests;

/// <summary><c>docs/architecture.md</c> shows the house as it is.</summary>
public sealed partial class ArchitecturePageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(SourceTree.OwnCheckout(), "docs", "architecture.md"));

    [Fact]
    public void The_picture_is_the_one_the_script_makes() =>
        Page.ShouldContain($"```mermaid\n{Picture.Of(CheckoutSources.Arrows)}```", Case.Sensitive, "Put in what eng/structure.sh --mermaid prints.");

    [Fact]
    public void Every_file_it_names_is_there()
    {
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(SourceTree.OwnCheckout(), "src"), "*.cs", SearchOption.AllDirectories)];

        IEnumerable<string> named = FileName().Matches(Page).Select(match => match.Groups["file"].Value);
        named.Where(name => !files.Any(file => file.Replace('\\', '/').EndsWith("/" + name, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(FolderDependencyTests.Rooms), MemberType = typeof(FolderDependencyTests))]
    public void Every_room_has_a_line(string room) => Page.ShouldContain($"\n| `{room}` | ");

    [GeneratedRegex(@"`(?<file>[\w/]+\.cs)`", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex FileName();
}
