using FollowerSync.CommandLine;

namespace FollowerSync.Tests.CommandLine;

/// <summary>Text for people at the width of their terminal.</summary>
public sealed class TextFoldTests
{
    [Theory]
    [InlineData("one two three four", 10, "one two\nthree four")]
    [InlineData("  one two three", 10, "  one two\n  three")]
    [InlineData("a /very/long/path/that/fits/nowhere b", 12, "a\n/very/long/path/that/fits/nowhere\nb")]
    [InlineData("release it with: followersync approve 42", 24, "release it with:\nfollowersync approve 42")]
    [InlineData("then run \"eng/demo.sh --once\" again", 20, "then run\n\"eng/demo.sh --once\"\nagain")]
    [InlineData("look: psql \"host='/a b' port=5432\" now", 20, "look:\npsql \"host='/a b' port=5432\"\nnow")]
    [InlineData("use: psql 'host=db port=5432'. Then", 20, "use:\npsql 'host=db port=5432'.\nThen")]
    [InlineData("seen 25 s ago", 8, "seen\n25 s ago")]
    [InlineData("at 2026-11-25 08:00:00 +08:00, see", 20, "at\n2026-11-25 08:00:00 +08:00,\nsee")]
    [InlineData("微信用户 微信用户", 10, "微信用户\n微信用户")]
    [InlineData("short\nlines", 10, "short\nlines")]
    [InlineData("", 10, "")]
    public void Folds_between_words_and_never_within_a_command(string text, int width, string folded) => TextFold.Fold(text, width).ShouldBe(folded);

    [Fact]
    public void Further_lines_begin_where_they_are_told_to() => TextFold.Fold("ok       name: some text", 18, hang: 9).ShouldBe("ok       name:\n         some text");
}
