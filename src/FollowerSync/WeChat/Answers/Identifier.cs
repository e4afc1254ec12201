using System.Text;

namespace FollowerSync.WeChat.Answers;

/// <summary>Openids and unionids as WeChat writes them: 28 letters, digits, <c>-</c> and <c>_</c>, now and then with blanks around. A text that cannot be
/// one, trimmed, is none: cut or mended it could be somebody else's.</summary>
internal static class Identifier
{
    /// <summary>Longest openid.</summary>
    public const int LongestOpenId = 64;

    /// <summary>Longest unionid.</summary>
    public const int LongestUnionId = 128;

    /// <summary>The identifier without blanks around it; null when it cannot be one: empty, too long, or with anything in it but visible ASCII.</summary>
    public static string? Of(string? text, int longest) =>
        text?.Trim() is { Length: > 0 } trimmed && trimmed.Length <= longest && trimmed.All(letter => letter is > ' ' and < '\u007F') ? trimmed : null;

    /// <summary>The identifier at a place of a JSON document; null when it cannot be one.</summary>
    public static string? At(JsonTextSlice slice, ReadOnlySpan<byte> document, int longest) => IsPlain(slice, document, longest)
        ? Encoding.ASCII.GetString(slice.Of(document))
        : Of(slice.IsEscaped ? JsonText.Unescape(slice.Of(document), keepsNul: true) : Encoding.UTF8.GetString(slice.Of(document)), longest);

    /// <summary>Whether the identifier stands there as it is, so that its bytes can be taken over.</summary>
    public static bool IsPlain(JsonTextSlice slice, ReadOnlySpan<byte> document, int longest) =>
        !slice.IsEscaped && slice.Length > 0 && slice.Length <= longest && !slice.Of(document).ContainsAnyExceptInRange((byte)'!', (byte)'~');
}
