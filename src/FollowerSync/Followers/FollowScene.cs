namespace FollowerSync.Followers;

/// <summary>How a person found the account.</summary>
/// <param name="Name">WeChat's <c>subscribe_scene</c>.</param>
/// <param name="QrScene">Number of the QR code.</param>
/// <param name="QrSceneStr">Text of the QR code.</param>
internal readonly record struct FollowScene(string? Name, long? QrScene, string? QrSceneStr)
{
    private const string ByQrCode = "ADD_SCENE_QR_CODE";
    private const string Prefix = "qrscene_";

    /// <summary>A text of more characters is cut; WeChat allows 64.</summary>
    private const int MaxLength = 256;

    /// <summary>Whether the person came by a QR code.</summary>
    public bool IsQrCode => Name == ByQrCode;

    /// <summary>The scene by which an event says the person followed; empty when it names no QR code.</summary>
    public static FollowScene OfSubscribe(string? eventKey) =>
        eventKey is not null && eventKey.StartsWith(Prefix, StringComparison.Ordinal) ? OfCode(eventKey[Prefix.Length..]) : default;

    /// <summary>The event key of a follow by the code of that text.</summary>
    public static string KeyOf(string text) => Prefix + text;

    /// <summary>The scene of a scan.</summary>
    public static FollowScene OfScan(string? eventKey) => OfCode(eventKey ?? "");

    // A number as WeChat writes one, without leading zeros: 007 can only be a text.
    private static FollowScene OfCode(string code) =>
        code.Length is > 0 and <= 10 && code.All(char.IsAsciiDigit) && (code[0] != '0' || code.Length == 1)
            && long.Parse(code, System.Globalization.CultureInfo.InvariantCulture) is var number and <= uint.MaxValue
            ? new FollowScene(ByQrCode, number, QrSceneStr: null)
            : new FollowScene(ByQrCode, QrScene: null, Storable(code));

    /// <summary>The text as PostgreSQL can hold it; null when nothing of it is left.</summary>
    private static string? Storable(string text)
    {
        // Through UTF-8 and back: half a pair becomes U+FFFD.
        string whole = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text.Replace("\0", "", StringComparison.Ordinal)));
        if (whole.Length > MaxLength)
            whole = whole[..(char.IsHighSurrogate(whole[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
        return whole.Length == 0 ? null : whole;
    }
}
