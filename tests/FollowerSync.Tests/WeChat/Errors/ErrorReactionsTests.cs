using System.Globalization;
using FollowerSync.Languages;
using FollowerSync.Structure;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Tests.WeChat.Errors;

public sealed class ErrorReactionsTests
{
    [Theory]
    [InlineData("wechat-codes.md", nameof(Language.English))]
    [InlineData("wechat-codes.zh-CN.md", nameof(Language.Chinese))]
    public void The_table_in_the_documentation_is_that_of_the_code(string page, string language)
    {
        // Below the names of the columns and the line under them.
        string[] documented = [.. File.ReadAllLines(Path.Combine(SourceTree.OwnCheckout(), "docs", page)).Where(line => line.StartsWith('|')).Skip(2)];

        string.Join('\n', documented).ShouldBe(string.Join('\n', Rows(Enum.Parse<Language>(language))));
    }

    [Fact]
    public void Every_code_says_what_it_means_and_what_a_person_does_about_it() =>
        ErrorReactions.All.Values.ShouldAllBe(reaction => reaction.Meaning.ToString().Length > 0 && reaction.Remedy.ToString().Length > 0);

    private static IEnumerable<string> Rows(Language language) => ErrorReactions.All
        .OrderBy(reaction => reaction.Value.Reaction).ThenBy(reaction => reaction.Key)
        .Select(row => string.Create(CultureInfo.InvariantCulture, $"| {row.Key} | {row.Value.Meaning.In(language)} | {row.Value.Reaction} | {row.Value.Remedy.In(language)} |"));
}
