using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace FollowerSync.Emulator.Pushes;

/// <summary>Encrypts and signs as WeChat does.</summary>
internal sealed class PushCipher(string appId, string token, string encodingAesKey)
{
    private const int RandomBytes = 16;

    // WeChat pads to 32 bytes, though the blocks of AES have 16.
    private const int PaddingBlock = 32;

    private readonly byte[] _key = Convert.FromBase64String(encodingAesKey + "=");

    /// <summary>The message as it stands in <c>Encrypt</c>, never twice the same.</summary>
    public string Encrypt(string message)
    {
        byte[] text = Encoding.UTF8.GetBytes(message);
        byte[] tail = Encoding.UTF8.GetBytes(appId);
        int length = RandomBytes + sizeof(int) + text.Length + tail.Length;
        int padding = PaddingBlock - (length % PaddingBlock);
        byte[] plain = new byte[length + padding];
        RandomNumberGenerator.Fill(plain.AsSpan(0, RandomBytes));
        BinaryPrimitives.WriteInt32BigEndian(plain.AsSpan(RandomBytes), text.Length);
        text.CopyTo(plain, RandomBytes + sizeof(int));
        tail.CopyTo(plain, RandomBytes + sizeof(int) + text.Length);
        plain.AsSpan(length).Fill((byte)padding);

        using Aes aes = Aes.Create();
        aes.Key = _key;
        return Convert.ToBase64String(aes.EncryptCbc(plain, _key.AsSpan(0, RandomBytes), PaddingMode.None));
    }

    /// <summary>The signature of a request; with the encrypted text that of the message.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "WeChat signs so.")]
    public string Sign(params string[] parts)
    {
        string[] all = [token, .. parts];
        Array.Sort(all, StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(string.Concat(all))));
    }
}
