using System.Reflection;
using System.Text.RegularExpressions;
using FollowerSync.Languages;
using FollowerSync.StatusPage.Views;
using FollowerSync.Structure;

namespace FollowerSync.Tests.StatusPage;

public sealed partial class PageTextsTests
{
    private static IEnumerable<(string Name, PageText Text)> All => new[] { typeof(PageTexts), typeof(DetailTexts), typeof(SignInTexts) }
        .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static)).Select(one => (one.Name, (PageText)one.GetValue(null)!));

    [Fact]
    public void Both_languages_say_something_of_the_same_things()
    {
        foreach ((string name, PageText text) in All)
        {
            text.Chinese.ShouldNotBeNullOrWhiteSpace(name);
            text.English.ShouldNotBeNullOrWhiteSpace(name);
            Places(text.Chinese).ShouldBe(Places(text.English), name);
        }
    }

    [Theory]
    [InlineData(42, "42 s", "42 秒")]
    [InlineData(3_599, "59 min 59 s", "59 分 59 秒")]
    [InlineData(7_260, "2 h 1 min", "2 小时 1 分")]
    [InlineData(86_400 * 3, "3 days", "3 天")]
    public void A_length_of_time_is_told_in_its_largest_units(int seconds, string english, string chinese)
    {
        new PageWords(IsChinese: false).Length(TimeSpan.FromSeconds(seconds)).ShouldBe(english);
        new PageWords(IsChinese: true).Length(TimeSpan.FromSeconds(seconds)).ShouldBe(chinese);
    }

    [Fact]
    public void A_moment_that_a_set_clock_puts_into_the_future_is_now() =>
        new PageWords(IsChinese: false).Ago(DateTimeOffset.UnixEpoch.AddDays(1), DateTimeOffset.UnixEpoch).ShouldBe("0 s ago");

    [Fact]
    public void A_sentence_is_told_in_the_language_of_the_page()
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;
        // Of what pages are made of: the record of a run, how accounts stand, and the page's own models.
        IEnumerable<Type> shown = typeof(Sentence).Assembly.GetTypes().Where(type => type.Namespace == "FollowerSync.Runs" || type.Namespace?.StartsWith("FollowerSync.Status", StringComparison.Ordinal) == true);
        string names = string.Join('|', shown.SelectMany(type => type.GetProperties(Own)).Where(member => member.PropertyType == typeof(Sentence)).Select(member => member.Name).Distinct());
        // Shown as it is, it would be English on every page.
        Regex bare = new($@"@[\w.?!]*\b(?:{names})\b(?![\w.(])|@\((?:(?!w\[)[^""()])*\.(?:{names})\s*(?:[):?]|\?\?)", RegexOptions.None, TimeSpan.FromSeconds(10));
        bare.IsMatch("<p>@run.Error</p>").ShouldBeTrue();
        bare.IsMatch("<p>@(isLong ? run.Error : run.Note)</p>").ShouldBeTrue();
        bare.IsMatch("<p>@w[run.Error] @(card.StopReason is { } reason ? w[reason] : \"\")</p>").ShouldBeFalse();

        string[] views = Directory.GetFiles(Path.Combine(SourceTree.OwnCheckout(), "src/FollowerSync/StatusPage/Views"), "*.razor");
        views.ShouldNotBeEmpty();
        foreach (string view in views)
            bare.Matches(File.ReadAllText(view)).Select(match => match.Value).ShouldBeEmpty(Path.GetFileName(view));
    }

    private static string[] Places(string text) => [.. Place().Matches(text).Select(place => place.Value).Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\{\d\}", RegexOptions.None, 1_000)]
    private static partial Regex Place();
}
