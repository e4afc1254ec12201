using System.Buffers.Binary;

namespace FollowerSync.Followers;

/// <summary>A 64-bit hash of bytes, the same on every machine and in every version, since it is stored. Not for secrets.</summary>
/// <remarks>Of our own because System.IO.Hashing is not in the package registry this project builds from, and SHA-256 took a twentieth of the
/// worker's processor time. Each step folds the 128-bit product of eight bytes and a constant, as the wyhash family does.</remarks>
internal static class ContentHash
{
    private const ulong First = 0x9E37_79B9_7F4A_7C15;
    private const ulong Second = 0xD1B5_4A32_D192_ED03;

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong state = Fold((ulong)bytes.Length ^ First, Second);
        while (bytes.Length >= 8)
        {
            state = Fold(state ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ First, Second + state);
            bytes = bytes[8..];
        }

        ulong last = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
            last = (last << 8) | bytes[i];
        return Fold(state ^ last ^ First, Second + state);
    }

    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
