using FollowerSync.Followers;

namespace FollowerSync.Tests.Followers;

public sealed class ContentHashTests
{
    [Theory]
    [InlineData("", 0x2D06_8005_38D3_94C2UL)]
    [InlineData("oABC", 0x8DDE_2512_349C_6C9EUL)]
    [InlineData("a profile of more than eight bytes, 微信", 0x4B98_0E3F_E5DD_C68FUL)]
    public void Its_values_stay_as_they_are_because_they_are_stored(string text, ulong hash) => ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(text)).ShouldBe(hash);

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(17)]
    [InlineData(300)]
    public void Every_bit_counts(int length)
    {
        byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];
        HashSet<ulong> hashes = [ContentHash.Of(bytes)];
        for (int bit = 0; bit < length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            hashes.Add(ContentHash.Of(bytes)).ShouldBeTrue($"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Zeros_more_or_fewer_make_a_difference()
    {
        Enumerable.Range(0, 100).Select(length => ContentHash.Of(new byte[length])).ShouldBeUnique();
    }
}
