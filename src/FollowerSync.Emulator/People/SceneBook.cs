using System.Buffers.Text;

namespace FollowerSync.Emulator.People;

/// <summary>How people came to follow, with the parameters of the QR code where one was scanned.</summary>
internal static class SceneBook
{
    public const int MaxQrText = 48;

    private const int QrCode = 3;

    private static readonly TextBook Scenes = new(
        "ADD_SCENE_SEARCH", "ADD_SCENE_ACCOUNT_MIGRATION", "ADD_SCENE_PROFILE_CARD", "ADD_SCENE_QR_CODE", "ADD_SCENE_PROFILE_LINK",
        "ADD_SCENE_PROFILE_ITEM", "ADD_SCENE_PAID", "ADD_SCENE_WECHAT_ADVERTISEMENT", "ADD_SCENE_REPRINT", "ADD_SCENE_LIVESTREAM",
        "ADD_SCENE_CHANNELS", "ADD_SCENE_WXA", "ADD_SCENE_OTHERS");

    private static readonly TextBook QrTexts = new("store-shanghai-", "poster_", "活动", "kol/", "a=1&b=");

    public static ReadOnlySpan<byte> Scene(ulong hash) => Scenes[Index(hash)];

    public static uint QrScene(ulong hash)
    {
        ulong next = SeededHash.Mix(hash + 1);
        return Index(hash) != QrCode || next.Below(2) == 0 ? 0 : next.Below(20) == 19 ? uint.MaxValue : (uint)next | 1;
    }

    public static int QrText(ulong hash, Span<byte> target)
    {
        if (Index(hash) != QrCode || QrScene(hash) != 0)
            return 0;
        ulong next = SeededHash.Mix(hash + 2);
        ReadOnlySpan<byte> text = QrTexts.Pick(next);
        text.CopyTo(target);
        Utf8Formatter.TryFormat(SeededHash.Mix(next).Below(1000), target[text.Length..], out int length);
        return text.Length + length;
    }

    // Four of ten scan a code.
    private static int Index(ulong hash) => hash.Below(10) < 4 ? QrCode : SeededHash.Mix(hash).Below(Scenes.Count);
}
