namespace FollowerSync.Emulator.Faults;

internal static class HostileTexts
{
    private static readonly byte[] LongText = [.. Enumerable.Repeat("很长"u8.ToArray(), 10_000).SelectMany(text => text)];

    /// <summary>What stands between the quotes, byte for byte.</summary>
    public static ReadOnlySpan<byte> Of(HostileText text) => text switch
    {
        HostileText.Control => [(byte)'a', 0x14, (byte)'b', 0x07, (byte)'\n', (byte)'c', 0x08, 0x1f],
        HostileText.InvalidUtf8 => [(byte)'a', 0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf0, 0x9f, (byte)'b'],
        HostileText.LoneSurrogate => "a\\ud83db\\ude00"u8,
        HostileText.Nul => "a\\u0000b"u8,
        HostileText.Quotes => "\\\"\\\\'; drop table followers;-- <script>\\u0022\\/"u8,
        _ => LongText,
    };
}
