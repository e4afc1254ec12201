using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace FollowerSync.Emulator.Hosting;

/// <summary>A body in pooled memory, written as UTF-8 JSON without a string in between.</summary>
internal sealed class BodyBuffer(int capacity) : IDisposable
{
    private static readonly SearchValues<byte> Escaped =
        SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 32).Select(control => (byte)control)]);

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public Span<byte> Reserve(int size)
    {
        GrowBy(size);
        return _bytes.AsSpan(Length, size);
    }

    public Memory<byte> ReserveAtLeast(int size)
    {
        GrowBy(size);
        return _bytes.AsMemory(Length);
    }

    public void Advance(int count) => Length += count;

    /// <summary>Takes back what was written after this length.</summary>
    public void Truncate(int length) => Length = length;

    public void Raw(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        Length += utf8.Length;
    }

    public void Number(long number)
    {
        Utf8Formatter.TryFormat(number, Reserve(20), out int length);
        Length += length;
    }

    public void Text(string text) => Text(Encoding.UTF8.GetBytes(text));

    public void Text(ReadOnlySpan<byte> utf8)
    {
        Raw("\""u8);
        TextContent(utf8);
        Raw("\""u8);
    }

    /// <summary>The inside of a JSON string: as WeChat does it, only quote, backslash and control characters are escaped.</summary>
    public void TextContent(ReadOnlySpan<byte> utf8)
    {
        while (utf8.IndexOfAny(Escaped) is >= 0 and int at)
        {
            Raw(utf8[..at]);
            Escape(utf8[at]);
            utf8 = utf8[(at + 1)..];
        }
        Raw(utf8);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _bytes, []));

    private void Escape(byte letter)
    {
        if (letter >= 32)
        {
            Raw("\\"u8);
            Raw([letter]);
            return;
        }
        Raw("\\u00"u8);
        Utf8Formatter.TryFormat(letter, Reserve(2), out int length, new StandardFormat('x', 2));
        Length += length;
    }

    private void GrowBy(int size)
    {
        if (_bytes.Length - Length >= size)
            return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + size));
        Written.Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
