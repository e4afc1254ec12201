using System.Globalization;
using System.Security.Cryptography;

namespace FollowerSync.Analysts;

/// <summary>A random password, and what the server is told instead of it, so that the password itself stands in no log of the server and in no statistics.</summary>
/// <remarks>RFC 5802 and 7677. All letters are ASCII, which SASLprep leaves as they are.</remarks>
internal static class AnalystPassword
{
    private const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
    private const int Length = 24;
    private const int Iterations = 4096;
    private const int SaltBytes = 16;

    public static string Create() => RandomNumberGenerator.GetString(Letters, Length);

    /// <summary>The SCRAM-SHA-256 verifier as PostgreSQL stores it, with a salt of its own.</summary>
    public static string VerifierOf(string password) => VerifierOf(password, RandomNumberGenerator.GetBytes(SaltBytes), Iterations);

    internal static string VerifierOf(string password, byte[] salt, int iterations)
    {
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        byte[] storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        byte[] serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"SCRAM-SHA-256${iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}");
    }
}
