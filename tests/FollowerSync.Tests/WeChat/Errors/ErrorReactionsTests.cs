using System.Globalization;
using System.Runtime.CompilerServices;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Tests.WeChat.Errors;

public sealed class ErrorReactionsTests
{
    [Fact]
    public void The_table_in_the_documentation_is_that_of_the_code()
    {
        string[] documented = [.. File.ReadAllLines(DocumentPath()).Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| code", StringComparison.Ordinal))];

        string.Join('\n', documented).ShouldBe(string.Join('\n', Rows()));
    }

    [Fact]
    public void Every_code_says_what_it_means_and_what_a_person_does_about_it() =>
        ErrorReactions.All.Values.ShouldAllBe(reaction => reaction.Meaning.ToString().Length > 0 && reaction.Remedy.ToString().Length > 0);

    private static IEnumerable<string> Rows() => ErrorReactions.All
        .OrderBy(reaction => reaction.Value.Reaction).ThenBy(reaction => reaction.Key)
        .Select(row => string.Create(CultureInfo.InvariantCulture, $"| {row.Key} | {row.Value.Meaning} | {row.Value.Reaction} | {row.Value.Remedy} |"));

    private static string DocumentPath([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "..", "..", "docs", "wechat-codes.md"));
}
