using FollowerSync.Push;

namespace FollowerSync.Tests.Push;

public sealed class PushSignatureTests
{
    // The sample that Tencent publishes with its libraries.
    private const string Signature = "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3";
    private static readonly string[] Parts = ["QDG6eK", "1409659589", "263014780", PushCipherTests.PublishedEcho];

    [Fact]
    public void Is_that_of_the_published_sample()
    {
        PushSignature.Of(Parts).ShouldBe(Signature);
        PushSignature.Is(Signature, Parts).ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd")]
    [InlineData("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd33")]
    [InlineData("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd4")]
    [InlineData("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fg3")]
    [InlineData(" 5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd")]
    [InlineData("５c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3")]
    [InlineData("\0c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3")]
    public void Another_text_is_not_it(string signature) => PushSignature.Is(signature, Parts).ShouldBeFalse();

    [Fact]
    public void The_order_of_the_parts_is_by_their_bytes()
    {
        PushSignature.Of("a", "B", "_", "1").ShouldBe(PushSignature.Of("1", "B", "_", "a"));
        PushSignature.Of("ab", "c").ShouldBe(PushSignature.Of("c", "ab"));
        PushSignature.Of("a", "B").ShouldNotBe(PushSignature.Of("aB"));
    }
}
