using FollowerSync.Languages;

namespace FollowerSync.Import;

/// <summary>Tells from its beginning whether a file is text with a byte a letter, as UTF-8 and GBK are where openids stand.</summary>
internal static class FileFormat
{
    /// <summary>Bytes looked at.</summary>
    public const int Looked = 4096;

    private const int LeastToJudge = 16;

    private static readonly Sentence Utf16 = "is text in UTF-16 or UTF-32 (\"Unicode\" in Windows programs). Save it as UTF-8, or: iconv -f UTF-16 -t UTF-8 FILE | followersync import - …";

    private static readonly (byte[] Begin, Sentence What)[] Others =
    [
        ([0x1F, 0x8B], "is compressed by gzip. Unpack it: gunzip -c FILE | followersync import - …"),
        ([0x28, 0xB5, 0x2F, 0xFD], "is compressed by zstd. Unpack it first"),
        ([0x42, 0x5A, 0x68], "is compressed by bzip2. Unpack it first"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "is compressed by xz. Unpack it first"),
        ([0x37, 0x7A, 0xBC, 0xAF], "is a 7z archive. Unpack it first"),
        ([0x50, 0x4B, 0x03, 0x04], "is a workbook (.xlsx) or a zip archive. Save the sheet as CSV, or unpack the archive"),
        ([0xD0, 0xCF, 0x11, 0xE0], "is a workbook (.xls). Save the sheet as CSV"),
        ([0xFF, 0xFE], Utf16),
        ([0xFE, 0xFF], Utf16),
        ([0x00, 0x00, 0xFE, 0xFF], Utf16),
    ];

    /// <summary>Why such a file cannot be imported, as the end of a sentence; null when it can.</summary>
    /// <param name="begin">Its first bytes, up to <see cref="Looked"/>.</param>
    public static Sentence? WhyNot(ReadOnlySpan<byte> begin)
    {
        foreach ((byte[] mark, Sentence what) in Others)
            if (begin.StartsWith(mark))
                return what;

        // UTF-16 without a mark has a zero in every other byte; a single one elsewhere is a broken line, not a broken file.
        if (begin.Length >= LeastToJudge && begin.Count((byte)0) * 4 >= begin.Length)
            return Utf16;
        return begin.Length >= LeastToJudge && CountControls(begin) * 10 >= begin.Length ? (Sentence)"is no text file. One openid a line is wanted, or a CSV" : null;
    }

    private static int CountControls(ReadOnlySpan<byte> begin)
    {
        int controls = 0;
        foreach (byte letter in begin)
            if (letter < ' ' && letter is not ((byte)'\t' or (byte)'\r' or (byte)'\n'))
                controls++;
        return controls;
    }
}
