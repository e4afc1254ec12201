using System.Reflection;
using System.Text.RegularExpressions;
using FollowerSync.StatusPage.Views;

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

    private static string[] Places(string text) => [.. Place().Matches(text).Select(place => place.Value).Distinct().Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\{\d\}", RegexOptions.None, 1_000)]
    private static partial Regex Place();
}
