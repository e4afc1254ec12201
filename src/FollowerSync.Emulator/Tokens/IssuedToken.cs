using System.Buffers.Text;
using System.Security.Cryptography;

namespace FollowerSync.Emulator.Tokens;

/// <summary>A token and the two moments that may end it.</summary>
internal sealed class IssuedToken(DateTimeOffset expiresAt)
{
    /// <summary>136 characters, as seen at WeChat; really random, so that no token outlives the emulator that gave it out.</summary>
    public string Text { get; } = "91_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(100))[..133];

    public DateTimeOffset ExpiresAt { get; set; } = expiresAt;

    public DateTimeOffset ReplacedAt { get; set; } = DateTimeOffset.MaxValue;

    public TokenFate FateAt(DateTimeOffset now) =>
        now >= ExpiresAt ? TokenFate.Expired
        : now >= ReplacedAt ? TokenFate.Replaced
        : TokenFate.Valid;
}
