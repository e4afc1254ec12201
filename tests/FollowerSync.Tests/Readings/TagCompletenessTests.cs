using FollowerSync.Languages;
using FollowerSync.Readings;

namespace FollowerSync.Tests.Readings;

public sealed class TagCompletenessTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(15, 15, 15)]
    [InlineData(15, 15, 12)]
    [InlineData(14, 12, 15)]
    [InlineData(991, 1_000, 1_000)]
    [InlineData(5_020, 5_000, 5_000)]
    [InlineData(2_997_000, 3_000_000, 3_000_000)]
    public void A_list_is_believed_that_lies_between_the_counts_or_close_to_them(long people, long before, long after) =>
        WhyNot(people, before, after).ShouldBeNull();

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(0, 15, 15)]
    [InlineData(14, 15, 15)]
    [InlineData(16, 15, 15)]
    [InlineData(98, 99, 99)]
    [InlineData(11, 12, 15)]
    [InlineData(5_021, 5_000, 5_000)]
    [InlineData(2_996_000, 3_000_000, 3_000_000)]
    public void A_list_that_lacks_people_or_has_too_many_is_not(long people, long before, long after) =>
        WhyNot(people, before, after).ShouldNotBeNull().ShouldStartWith("its list names");

    [Fact]
    public void Without_a_count_rows_or_an_end_nothing_is_believed()
    {
        TagCompleteness.WhyNot(new TagList(100, Count: null) { Stored = 3 }, rows: 3, people: 3, countAfter: 3).ShouldNotBeNull();
        TagCompleteness.WhyNot(new TagList(100, Count: 3) { Stored = 3 }, rows: 3, people: 3, countAfter: null).ShouldNotBeNull();
        TagCompleteness.WhyNot(new TagList(100, Count: 3) { Stored = 3 }, rows: 2, people: 3, countAfter: 3).ShouldNotBeNull().ShouldContain("PostgreSQL");
        TagCompleteness.WhyNot(new TagList(100, Count: 3) { Stored = 3, Failure = "why" }, rows: 3, people: 3, countAfter: 3).ShouldBe("why");
    }

    private static Sentence? WhyNot(long people, long before, long after) =>
        TagCompleteness.WhyNot(new TagList(100, before) { Stored = people }, people, people, after);
}
