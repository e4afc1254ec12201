using System.Buffers.Binary;
using System.Text.Unicode;

namespace FollowerSync.Followers.Encoding;

/// <summary>Columns encoded as PostgreSQL's binary COPY takes them, one behind the other in one buffer. So a profile goes from WeChat's bytes to
/// PostgreSQL's without an object for each of its values.</summary>
/// <remarks>A column is a 32-bit big-endian length (-1 = null) and its value; see "File Formats" of COPY in PostgreSQL's documentation.</remarks>
/// <param name="capacity">Bytes to begin with.</param>
internal sealed class BinaryRows(int capacity = BinaryRows.TypicalAnswer)
{
    /// <summary>Microseconds from 1970-01-01 to PostgreSQL's 2000-01-01.</summary>
    private const long PostgresEpoch = 946_684_800_000_000;

    private const int TypicalAnswer = 40 * 1024;
    private const int Int4Oid = 23;

    private byte[] _buffer = new byte[capacity];

    /// <summary>Bytes written so far: where the next column goes.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span(int offset, int length) => _buffer.AsSpan(offset, length);

    /// <summary>Takes back what was written behind <paramref name="length"/>.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>A column as it stands in other rows, its length before it.</summary>
    public void Column(ReadOnlySpan<byte> encoded) => encoded.CopyTo(Take(encoded.Length));

    public void Null() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    /// <summary>Text in UTF-8; null when empty. Invalid UTF-8 becomes U+FFFD; U+0000, which PostgreSQL cannot hold, must not be in it.</summary>
    public void Text(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            Null();
        }
        else if (Utf8.IsValid(utf8))
        {
            Span<byte> column = Take(4 + utf8.Length);
            BinaryPrimitives.WriteInt32BigEndian(column, utf8.Length);
            utf8.CopyTo(column[4..]);
        }
        else
        {
            Text(System.Text.Encoding.UTF8.GetString(utf8));
        }
    }

    /// <inheritdoc cref="Text(ReadOnlySpan{byte})"/>
    public void Text(string? text) => Text(text is null ? [] : System.Text.Encoding.UTF8.GetBytes(text));

    public void Int16(short? value)
    {
        if (value is not { } number)
        {
            Null();
            return;
        }

        Span<byte> column = Take(6);
        BinaryPrimitives.WriteInt32BigEndian(column, 2);
        BinaryPrimitives.WriteInt16BigEndian(column[4..], number);
    }

    public void Int32(int? value)
    {
        if (value is not { } number)
        {
            Null();
            return;
        }

        Span<byte> column = Take(8);
        BinaryPrimitives.WriteInt32BigEndian(column, 4);
        BinaryPrimitives.WriteInt32BigEndian(column[4..], number);
    }

    public void Int64(long? value)
    {
        if (value is not { } number)
        {
            Null();
            return;
        }

        Span<byte> column = Take(12);
        BinaryPrimitives.WriteInt32BigEndian(column, 8);
        BinaryPrimitives.WriteInt64BigEndian(column[4..], number);
    }

    /// <summary>A time given in Unix seconds, as <c>timestamptz</c>.</summary>
    public void UnixTime(long? seconds) => Int64(seconds * 1_000_000 - PostgresEpoch);

    /// <summary>A time, as <c>timestamptz</c>.</summary>
    public void Time(DateTimeOffset time) => Int64(((time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond) - PostgresEpoch);

    public void Boolean(bool value)
    {
        Span<byte> column = Take(5);
        BinaryPrimitives.WriteInt32BigEndian(column, 1);
        column[4] = value ? (byte)1 : (byte)0;
    }

    /// <summary>A one-dimensional <c>int[]</c>; null when <paramref name="isNull"/>.</summary>
    public void Int32Array(ReadOnlySpan<int> values, bool isNull)
    {
        if (isNull)
        {
            Null();
            return;
        }

        int header = values.IsEmpty ? 12 : 20;
        Span<byte> column = Take(4 + header + (8 * values.Length));
        BinaryPrimitives.WriteInt32BigEndian(column, column.Length - 4);
        BinaryPrimitives.WriteInt32BigEndian(column[4..], values.IsEmpty ? 0 : 1);
        BinaryPrimitives.WriteInt32BigEndian(column[8..], 0);
        BinaryPrimitives.WriteInt32BigEndian(column[12..], Int4Oid);
        if (values.IsEmpty)
            return;

        BinaryPrimitives.WriteInt32BigEndian(column[16..], values.Length);
        BinaryPrimitives.WriteInt32BigEndian(column[20..], 1);
        Span<byte> elements = column[24..];
        foreach (int value in values)
        {
            BinaryPrimitives.WriteInt32BigEndian(elements, 4);
            BinaryPrimitives.WriteInt32BigEndian(elements[4..], value);
            elements = elements[8..];
        }
    }

    private Span<byte> Take(int bytes)
    {
        if (Length + bytes > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + bytes));
        Length += bytes;
        return _buffer.AsSpan(Length - bytes, bytes);
    }
}
