using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace FollowerSync.Push;

/// <summary>Opens what WeChat encrypted: AES-256-CBC over 16 random bytes, the length, the message and the AppID, padded to blocks of 32.</summary>
internal static class PushCipher
{
    private const int RandomLength = 16;
    private const int LengthLength = 4;
    private const int BlockLength = 16;
    private const int LongestPad = 32;

    /// <summary>The 32 bytes of an EncodingAESKey of 43 letters.</summary>
    public static byte[] KeyOf(string encodingAesKey) => Convert.FromBase64String(encodingAesKey + "=");

    /// <returns>The message and the AppID it is for; null when the text was not encrypted with this key, or is damaged.</returns>
    /// <param name="encrypted">The text of <c>Encrypt</c>, its signature checked already.</param>
    /// <param name="key">Of 32 bytes.</param>
    public static (byte[] Message, string AppId)? Open(string encrypted, byte[] key)
    {
        byte[] cipher = new byte[encrypted.Length];
        if (!Convert.TryFromBase64String(encrypted, cipher, out int length) || length == 0 || length % BlockLength != 0)
            return null;

        using Aes aes = Aes.Create();
        aes.Key = key;
        byte[] padded = aes.DecryptCbc(cipher.AsSpan(0, length), key.AsSpan(0, BlockLength), PaddingMode.None);
        int pad = padded[^1];
        return pad is 0 or > LongestPad || pad > padded.Length || padded.AsSpan(padded.Length - pad).ContainsAnyExcept((byte)pad)
            ? null : Split(padded.AsSpan(0, padded.Length - pad));
    }

    private static (byte[] Message, string AppId)? Split(ReadOnlySpan<byte> content)
    {
        if (content.Length < RandomLength + LengthLength)
            return null;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(content[RandomLength..]);
        ReadOnlySpan<byte> rest = content[(RandomLength + LengthLength)..];
        return length > rest.Length ? null : (rest[..(int)length].ToArray(), Encoding.UTF8.GetString(rest[(int)length..]));
    }
}
