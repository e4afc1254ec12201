namespace FollowerSync.Emulator.People;

/// <summary>
/// Turns a follower's index into an openid and back by a keyed permutation of 128 bits, so that thirty million openids need no table.
/// An openid has 28 characters: <c>o</c>, five that all openids of an account share (as at WeChat), and 22 of the person.
/// </summary>
internal sealed class OpenIdCipher
{
    public const int Length = 28;

    private const int PrefixLength = 6;
    private const int Rounds = 4;

    private readonly byte[] _prefix = new byte[PrefixLength];
    private readonly ulong[] _keys = new ulong[Rounds];
    private readonly ulong _checkSeed;

    public OpenIdCipher(ulong seed)
    {
        _checkSeed = SeededHash.Of(seed, 0, 0x0C);
        for (int i = 0; i < Rounds; i++)
            _keys[i] = SeededHash.Of(seed, i, 0x0B);
        _prefix[0] = (byte)'o';
        ulong letters = SeededHash.Of(seed, 0, 0x0A);
        for (int i = 1; i < PrefixLength; i++, letters >>= 6)
            _prefix[i] = Alphabet[(int)(letters & 63)];
    }

    private static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8;

    public void Encode(long index, Span<byte> openId)
    {
        ulong left = (ulong)index;
        ulong right = SeededHash.Mix(_checkSeed + left);
        for (int i = 0; i < Rounds; i++)
            (left, right) = (right, left ^ SeededHash.Mix(right + _keys[i]));
        _prefix.CopyTo(openId);
        Letters(left, openId.Slice(PrefixLength, 11));
        Letters(right, openId.Slice(PrefixLength + 11, 11));
    }

    public string Encode(long index) => string.Create(Length, (this, index), static (chars, state) =>
    {
        Span<byte> openId = stackalloc byte[Length];
        state.Item1.Encode(state.index, openId);
        for (int i = 0; i < Length; i++)
            chars[i] = (char)openId[i];
    });

    /// <summary>The index of an openid, or −1 for one that this account never gave out.</summary>
    public long Decode(ReadOnlySpan<byte> openId)
    {
        if (openId.Length != Length || !openId.StartsWith(_prefix))
            return -1;
        if (!TryNumber(openId.Slice(PrefixLength, 11), out ulong left) || !TryNumber(openId.Slice(PrefixLength + 11, 11), out ulong right))
            return -1;
        for (int i = Rounds - 1; i >= 0; i--)
            (left, right) = (right ^ SeededHash.Mix(left + _keys[i]), left);
        return left <= long.MaxValue && right == SeededHash.Mix(_checkSeed + left) ? (long)left : -1;
    }

    private static void Letters(ulong number, Span<byte> letters)
    {
        for (int i = 0; i < 10; i++, number >>= 6)
            letters[i] = Alphabet[(int)(number & 63)];
        // Four bits are left over; two more of the same number keep the last letter from looking special.
        letters[10] = Alphabet[(int)(number | ((number & 3) << 4))];
    }

    private static bool TryNumber(ReadOnlySpan<byte> letters, out ulong number)
    {
        number = 0;
        int last = Value(letters[10]);
        if (last < 0 || last >> 4 != (last & 3))
            return false;
        number = (ulong)(last & 15);
        for (int i = 9; i >= 0; i--)
        {
            int value = Value(letters[i]);
            if (value < 0)
                return false;
            number = (number << 6) | (uint)value;
        }
        return true;
    }

    private static int Value(byte letter) => letter switch
    {
        >= (byte)'A' and <= (byte)'Z' => letter - 'A',
        >= (byte)'a' and <= (byte)'z' => letter - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => letter - '0' + 52,
        (byte)'-' => 62,
        (byte)'_' => 63,
        _ => -1,
    };
}
