using System.Text;
using FollowerSync.Emulator.People;

namespace FollowerSync.IntegrationTests.Emulator;

public class OpenIdTests
{
    private readonly OpenIdCipher _cipher = new(42);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(29_999_999)]
    [InlineData(1L << 45)]
    public void Leads_back_to_the_index(long index)
    {
        string openId = _cipher.Encode(index);
        openId.ShouldMatch("^o[A-Za-z0-9_-]{27}$");
        _cipher.Decode(Encoding.UTF8.GetBytes(openId)).ShouldBe(index);
    }

    [Fact]
    public void Is_not_valid_with_any_other_letter()
    {
        byte[] openId = Encoding.UTF8.GetBytes(_cipher.Encode(7));
        for (int i = 0; i < openId.Length; i++)
        {
            byte[] wrong = [.. openId];
            wrong[i] ^= 0x20;
            _cipher.Decode(wrong).ShouldBe(-1);
        }
    }

    [Fact]
    public void Of_another_seed_is_unknown() => _cipher.Decode(Encoding.UTF8.GetBytes(new OpenIdCipher(43).Encode(7))).ShouldBe(-1);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(25_000)]
    [InlineData(999_983)]
    public void Positions_and_indices_lead_to_each_other(int followers)
    {
        Population population = new(1, followers);
        for (long position = 0; position < population.Size; position += 97)
            population.PositionOf(population.IndexAt(position)).ShouldBe(position);
    }
}
