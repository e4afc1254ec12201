using System.Text;
using FollowerSync.Push;

namespace FollowerSync.Tests.Push;

/// <summary>By the sample that Tencent publishes with its libraries; npm's wechat-crypto speaks in the integration tests.</summary>
public sealed class PushCipherTests
{
    public const string PublishedEcho = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==";

    private const string Key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

    [Fact]
    public void Opens_the_published_sample()
    {
        (byte[] message, string appId) = PushCipher.Open(PublishedEcho, PushCipher.KeyOf(Key))!.Value;

        Encoding.UTF8.GetString(message).ShouldBe("1616140317555161061");
        appId.ShouldBe("wx5823bf96d3bd56c7");
    }

    [Fact]
    public void Any_43_letters_and_digits_are_a_key()
    {
        foreach (char last in "AZaz059bQ")
            PushCipher.KeyOf(Key[..42] + last).Length.ShouldBe(32);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("not base64")]
    [InlineData("P9nAzCzyDtyTWESHep1vCw==")]
    public void What_is_no_such_text_is_not_opened(string encrypted) => PushCipher.Open(encrypted, PushCipher.KeyOf(Key)).ShouldBeNull();

    [Fact]
    public void Another_key_does_not_open_it() => PushCipher.Open(PublishedEcho, PushCipher.KeyOf(new string('k', 43))).ShouldBeNull();
}
