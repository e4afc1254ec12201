using FollowerSync.Languages;

namespace FollowerSync.Tests.Languages;

public sealed class CatalogueTests
{
    [Theory]
    [InlineData("WeChat", true)]
    [InlineData("微信", true)]
    [InlineData("小明的名字", false)]
    public void Knows_the_words_of_our_sentences(string text, bool isOurs) => Catalogue.Contains(text).ShouldBe(isOurs);
}
