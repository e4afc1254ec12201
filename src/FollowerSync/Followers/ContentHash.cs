using System.IO.Hashing;

namespace FollowerSync.Followers;

/// <summary>A 64-bit hash of bytes, the same on every machine and in every version, since it is stored. Not for secrets.</summary>
internal static class ContentHash
{
    public static ulong Of(ReadOnlySpan<byte> bytes) => XxHash3.HashToUInt64(bytes);
}
