using System.Text.RegularExpressions;
using FollowerSync.Structure;

namespace FollowerSync.Tests;

/// <summary>Who writes which table, read from the SQL of the sources and from the list in <c>db/README.md</c>.</summary>
public sealed partial class TableOwnerTests
{
    private static readonly string Root = SourceTree.OwnCheckout();
    private static readonly string Source = Path.Combine(Root, "src", "FollowerSync");

    [Fact]
    public void Every_table_is_written_by_the_classes_that_db_README_names_and_by_no_other()
    {
        Written().ShouldBe(Stated());
    }

    /// <summary>Table and class, of every statement that writes.</summary>
    private static string[] Written() => [..
        (from file in Directory.GetFiles(Source, "*.cs", SearchOption.AllDirectories)
         let name = Path.GetRelativePath(Source, file).Replace('\\', '/')[..^".cs".Length]
         where !name.StartsWith("obj/", StringComparison.Ordinal) && !name.StartsWith("bin/", StringComparison.Ordinal)
         from Match statement in WritingStatement().Matches(File.ReadAllText(file))
         select $"{statement.Groups["table"].Value} {name}").Distinct().Order(StringComparer.Ordinal)];

    private static string[] Stated() => [..
        (from line in File.ReadAllLines(Path.Combine(Root, "db", "README.md"))
         where line.StartsWith("| `wechat.", StringComparison.Ordinal) || line.StartsWith("| `followersync.", StringComparison.Ordinal)
         let cells = line.Split('|')
         from Match table in TableName().Matches(cells[1])
         from Match writer in ClassName().Matches(cells[2])
         select $"{table.Groups["name"].Value} {writer.Groups["name"].Value}").Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\b(insert into|update|delete from|copy) (?<table>(wechat|followersync)\.[a-z_]+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex WritingStatement();

    [GeneratedRegex(@"`(?<name>(wechat|followersync)\.[a-z_]+)`", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex TableName();

    [GeneratedRegex(@"`(?<name>[A-Z]\w*(/[A-Z]\w*)+)`", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex ClassName();
}
