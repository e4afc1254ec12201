using System.Security.Cryptography;
using System.Text;

namespace FollowerSync.Push;

/// <summary>WeChat's signature: SHA-1 over the parts in ordinal order.</summary>
internal static class PushSignature
{
    /// <summary>Whether <paramref name="signature"/> is that of these parts. Takes the same time wherever it is wrong.</summary>
    public static bool Is(string signature, params string[] parts)
    {
        Span<byte> given = stackalloc byte[SHA1.HashSizeInBytes];
        return signature.Length == 2 * SHA1.HashSizeInBytes
            && Convert.FromHexString(signature, given, out _, out _) == System.Buffers.OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(given, Hash(parts));
    }

    /// <summary>The signature of these parts, in 40 lower-case hexadecimal digits.</summary>
    public static string Of(params string[] parts) => Convert.ToHexStringLower(Hash(parts));

    private static byte[] Hash(string[] parts)
    {
        string[] sorted = [.. parts.Order(StringComparer.Ordinal)];
#pragma warning disable CA5350 // The algorithm is WeChat's choice; a collision would have to hold the token, which nobody knows.
        return SHA1.HashData(Encoding.UTF8.GetBytes(string.Concat(sorted)));
#pragma warning restore CA5350
    }
}
