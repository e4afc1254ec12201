using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>A request as WeChat makes it. Written apart from what reads it; npm's wechat-crypto checks both.</summary>
/// <param name="Query">Without question mark.</param>
/// <param name="Body">XML.</param>
internal sealed record SignedPush(string Query, string Body)
{
    public static SignedPush Safe(PushKeys keys, string message, DateTimeOffset? at = null, Func<string, string>? body = null) =>
        Of(keys, Encrypt(keys, Pad(Content(keys.AppId, message))), at, body);

    /// <summary>Signed rightly, whatever is in it.</summary>
    public static SignedPush Of(PushKeys keys, string encrypted, DateTimeOffset? at = null, Func<string, string>? body = null)
    {
        (string timestamp, string nonce) = Stamp(at);
        string query = $"{PlainQuery(keys, timestamp, nonce)}&encrypt_type=aes&msg_signature={Sha1(keys.Token, timestamp, nonce, encrypted)}";
        string xml = $"<xml><ToUserName><![CDATA[gh_brand]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>";
        return new SignedPush(query, body?.Invoke(encrypted) ?? xml);
    }

    public static SignedPush Plain(PushKeys keys, string message, DateTimeOffset? at = null)
    {
        (string timestamp, string nonce) = Stamp(at);
        return new SignedPush(PlainQuery(keys, timestamp, nonce), message);
    }

    /// <summary>WeChat's check of the address.</summary>
    public static string Check(PushKeys keys, string echo, DateTimeOffset? at = null)
    {
        (string timestamp, string nonce) = Stamp(at);
        return $"{PlainQuery(keys, timestamp, nonce)}&echostr={Uri.EscapeDataString(echo)}";
    }

    public static string Event(string openId, string kind, string more = "", long? at = null) => string.Create(
        CultureInfo.InvariantCulture,
        $"<xml><ToUserName><![CDATA[gh_brand]]></ToUserName><FromUserName><![CDATA[{openId}]]></FromUserName><CreateTime>{at ?? TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{kind}]]></Event>{more}</xml>");

    public static byte[] Content(string appId, string message)
    {
        byte[] text = Encoding.UTF8.GetBytes(message);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
        return [.. RandomNumberGenerator.GetBytes(16), .. length, .. text, .. Encoding.UTF8.GetBytes(appId)];
    }

    public static byte[] Pad(byte[] content)
    {
        int pad = 32 - (content.Length % 32);
        return [.. content, .. Enumerable.Repeat((byte)pad, pad)];
    }

    public static string Encrypt(PushKeys keys, byte[] padded)
    {
        using Aes aes = Aes.Create();
        aes.Key = Convert.FromBase64String(keys.Key + "=");
        return Convert.ToBase64String(aes.EncryptCbc(padded, aes.Key.AsSpan(0, 16), PaddingMode.None));
    }

    private static (string Timestamp, string Nonce) Stamp(DateTimeOffset? at) =>
        ((at ?? TimeProvider.System.GetUtcNow()).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), Random.Shared.NextInt64(1_000_000_000).ToString(CultureInfo.InvariantCulture));

    private static string PlainQuery(PushKeys keys, string timestamp, string nonce) =>
        $"signature={Sha1(keys.Token, timestamp, nonce)}&timestamp={timestamp}&nonce={nonce}&openid=oSomebody";

    private static string Sha1(params string[] parts)
    {
        Array.Sort(parts, StringComparer.Ordinal);
#pragma warning disable CA5350 // It is WeChat's.
        return Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(string.Concat(parts))));
#pragma warning restore CA5350
    }
}
