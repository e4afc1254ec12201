namespace FollowerSync.Emulator.People;

/// <summary>
/// The unionids that one Open Platform account gives to people: one for each person of an account, and the same one in all accounts
/// for the share of people who follow them all.
/// </summary>
internal sealed class UnionIds(ulong platformSeed, int account, int sharedPercent)
{
    private readonly OpenIdCipher _cipher = new(SeededHash.Of(platformSeed, 0, 0x30));

    public void Encode(long index, Span<byte> unionId) => _cipher.Encode(Person(index), unionId);

    private long Person(long index) =>
        SeededHash.Of(platformSeed, index, 0x31).Below(100) < sharedPercent ? index : index | ((account + 1L) << 40);
}
