using System.Buffers.Text;
using System.Security.Cryptography;

namespace FollowerSync.Emulator.Visitors;

/// <summary>What a visitor's consent, silent or not, has led to: a code, a token, and another one to renew it with.</summary>
internal sealed class Grant(string openId, string scope, bool isSnapshot, DateTimeOffset givenAt, DateTimeOffset tokenExpiresAt)
{
    public string OpenId => openId;

    public string Scope => scope;

    public bool IsSnapshot => isSnapshot;

    public DateTimeOffset GivenAt => givenAt;

    public string Code { get; } = Random("0", 24);

    public string Token { get; private set; } = Random("92_", 80);

    public string RefreshToken { get; } = Random("92_", 80);

    public DateTimeOffset TokenExpiresAt { get; private set; } = tokenExpiresAt;

    public bool IsCodeUsed { get; set; }

    /// <summary>A new token; the one before works until it ends.</summary>
    public void Renew(DateTimeOffset expiresAt) => (Token, TokenExpiresAt) = (Random("92_", 80), expiresAt);

    private static string Random(string start, int bytes) => start + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes)).Replace('_', '-');
}
