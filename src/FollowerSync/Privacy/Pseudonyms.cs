using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace FollowerSync.Privacy;

/// <summary>Keyed hashes that stand for anonymised people: the same person has the same one, and nobody without the key can try out openids.</summary>
/// <param name="key">The key; empty = there is none, and nobody can be anonymised or recognised.</param>
internal sealed class Pseudonyms(string key)
{
    /// <summary>What every pseudonym begins with. WeChat's openids and unionids begin with <c>o</c>.</summary>
    public const string Mark = "anon_";

    // Of thirty million people two have the same 128 bits with a chance of one in 10^23.
    private const int HashBytes = 16;

    private readonly byte[] _key = Encoding.UTF8.GetBytes(key);

    public bool HaveKey => _key.Length > 0;

    /// <summary>Tells this key from another one, and nothing about it. No pseudonym is made of the same text: an account's has a line end in it.</summary>
    public string KeyFingerprint => Of("the fingerprint of the key");

    public static bool IsOne(string? name) => name?.StartsWith(Mark, StringComparison.Ordinal) == true;

    /// <summary>Stands for a person's openid.</summary>
    public string OfPerson(string appId, string openId) => Of($"{appId}\n{openId}");

    /// <summary>Stands for a person's unionid: the same one in all accounts. A pseudonym stays what it is.</summary>
    public string OfUnionId(string unionId) => IsOne(unionId) ? unionId : Of(unionId);

    private string Of(string text) => HaveKey
        ? Mark + Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)).AsSpan(0, HashBytes))
        : throw new InvalidOperationException("There is no key.");
}
