using System.Text;

namespace FollowerSync.Emulator.People;

/// <summary>A list of texts, kept as the UTF-8 that goes into answers.</summary>
internal sealed class TextBook(params string[] texts)
{
    private readonly byte[][] _texts = [.. texts.Select(Encoding.UTF8.GetBytes)];

    public int Count => _texts.Length;

    public ReadOnlySpan<byte> this[int index] => _texts[index];

    public ReadOnlySpan<byte> Pick(ulong hash) => _texts[hash.Below(_texts.Length)];
}
