using FollowerSync.Languages;

namespace FollowerSync.Tests.Languages;

/// <summary>Of a sentence the English text is looked at, as of any other text.</summary>
internal static class SentenceAssertions
{
    public static void ShouldContain(this Sentence? actual, string expected) => actual.ShouldNotBeNull().ToString().ShouldContain(expected);

    public static void ShouldNotContain(this Sentence? actual, string unexpected) => actual.ShouldNotBeNull().ToString().ShouldNotContain(unexpected);

    public static void ShouldStartWith(this Sentence? actual, string expected) => actual.ShouldNotBeNull().ToString().ShouldStartWith(expected);

    public static void ShouldEndWith(this Sentence? actual, string expected) => actual.ShouldNotBeNull().ToString().ShouldEndWith(expected);

    public static void ShouldNotBeNullOrEmpty(this Sentence? actual) => actual?.ToString().ShouldNotBeNullOrEmpty();

    public static void ShouldBe(this Sentence? actual, string expected) => actual.ShouldNotBeNull().ToString().ShouldBe(expected);

    /// <param name="actual">What it is.</param>
    /// <param name="expected">What it should be.</param>
    /// <param name="why">Says more when it is not.</param>
    public static void ShouldBe<T>(this T actual, T expected, Sentence? why) =>
        // Here this method would be found before that one.
        ShouldBeTestExtensions.ShouldBe(actual, expected, why?.ToString());
}
