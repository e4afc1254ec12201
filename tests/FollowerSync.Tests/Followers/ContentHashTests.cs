using FollowerSync.Followers;

namespace FollowerSync.Tests.Followers;

public sealed class ContentHashTests
{
    [Fact]
    public void Its_values_stay_as_they_are_because_they_are_stored()
    {
        ContentHash.Of([]).ShouldBe(0x8B12_93CA_ABF3_1A19UL);
        ContentHash.Of("oABC"u8).ShouldBe(0x688B_DA89_D058_E6C3UL);
        ContentHash.Of(System.Text.Encoding.UTF8.GetBytes("a profile of more than eight bytes, 微信")).ShouldBe(0x1E4B_793A_AE6F_A9C2UL);
    }

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
