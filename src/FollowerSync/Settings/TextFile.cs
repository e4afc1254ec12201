using System.Text.Unicode;

namespace FollowerSync.Settings;

/// <summary>Text files in the one encoding they are read in. Of another one, as GBK, some letters would silently become U+FFFD.</summary>
internal static class TextFile
{
    /// <exception cref="SettingsException">It is in another encoding.</exception>
    public static void RequireUtf8(string path)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        // UTF-16 says of itself at its beginning what it is, and is read as such.
        if (!Utf8.IsValid(bytes) && !bytes.StartsWith<byte>([0xFF, 0xFE]) && !bytes.StartsWith<byte>([0xFE, 0xFF]))
            throw new SettingsException($"The file {path} is not UTF-8: its letters cannot be read for certain. Save it as UTF-8.");
    }
}
