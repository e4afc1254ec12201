using System.Buffers.Binary;
using System.Globalization;

namespace FollowerSync.OAuth;

/// <summary>The part of a state that is not its signature: 22 bytes, and 76 hexadecimal digits together with 16 bytes of signature. WeChat takes letters and
/// digits up to 128.</summary>
/// <param name="IsRetry">Whether the visitor was sent to WeChat once more already.</param>
/// <param name="Mark">Stands for the target (<see cref="Target.Mark"/>).</param>
/// <param name="ExpirySecond">Unix second after which it is worth nothing.</param>
/// <param name="Nonce">What makes it one of a kind.</param>
internal sealed record AuthorizationState(bool IsRetry, byte Mark, uint ExpirySecond, byte[] Nonce)
{
    public const int NonceLength = 16;
    public const int HeadLength = 6 + NonceLength;
    public const int SignatureLength = 16;

    private const byte Version = 1;
    private const byte RetryBit = 0x80;

    public byte[] Head()
    {
        byte[] head = new byte[HeadLength];
        head[0] = (byte)(Version | (IsRetry ? RetryBit : 0));
        head[1] = Mark;
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(2), ExpirySecond);
        Nonce.CopyTo(head, 6);
        return head;
    }

    /// <summary>Splits a state; null when it is none. Lower case only, so that one state has one text.</summary>
    public static (AuthorizationState State, byte[] Signature)? Parse(string? text)
    {
        if (text?.Length != 2 * (HeadLength + SignatureLength) || !text.All(digit => digit is (>= '0' and <= '9') or (>= 'a' and <= 'f')))
            return null;

        byte[] bytes = Convert.FromHexString(text);
        if ((bytes[0] & ~RetryBit) != Version)
            return null;
        AuthorizationState state = new((bytes[0] & RetryBit) != 0, bytes[1], BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(2)), bytes[6..HeadLength]);
        return (state, bytes[HeadLength..]);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"a state until {ExpirySecond}");
}
