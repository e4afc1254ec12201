using System.Buffers;
using System.Buffers.Binary;
using FollowerSync.Database;
using Npgsql;

namespace FollowerSync.Followers.Encoding;

/// <summary>A running binary COPY that takes rows already encoded.</summary>
internal sealed class BinaryCopy : IAsyncDisposable
{
    private const int FlushAt = 64 * 1024;

    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly NpgsqlRawCopyStream _stream;
    private readonly CancellationToken _cancellationToken;
    private readonly ArrayBufferWriter<byte> _buffer = new(FlushAt + 8192);
    private bool _completed;

    private BinaryCopy(NpgsqlRawCopyStream stream, CancellationToken cancellationToken)
    {
        _stream = stream;
        _cancellationToken = cancellationToken;
        _buffer.Write(Header);
    }

    /// <param name="tx">Is busy until the copy is disposed of.</param>
    /// <param name="sql">A <c>copy … from stdin (format binary)</c>.</param>
    public static async Task<BinaryCopy> BeginAsync(Transaction tx, string sql) => new(await tx.CopyAsync(sql), tx.CancellationToken);

    /// <summary>Begins a row of so many columns; their bytes follow by <see cref="Append"/>.</summary>
    public async ValueTask StartRowAsync(int columns)
    {
        if (_buffer.WrittenCount >= FlushAt)
            await FlushAsync();
        BinaryPrimitives.WriteInt16BigEndian(_buffer.GetSpan(2), (short)columns);
        _buffer.Advance(2);
    }

    /// <summary>Adds encoded columns to the row.</summary>
    public void Append(ReadOnlySpan<byte> columns) => _buffer.Write(columns);

    /// <summary>Adds one column of text in UTF-8 to the row; null when empty.</summary>
    public void AppendText(ReadOnlySpan<byte> utf8)
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer.GetSpan(4), utf8.IsEmpty ? -1 : utf8.Length);
        _buffer.Advance(4);
        _buffer.Write(utf8);
    }

    /// <summary>Sends the rest; without this nothing is stored.</summary>
    public async Task CompleteAsync()
    {
        BinaryPrimitives.WriteInt16BigEndian(_buffer.GetSpan(2), -1);
        _buffer.Advance(2);
        await FlushAsync();
        _completed = true;
        await _stream.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_completed)
            await _stream.CancelAsync();
        await _stream.DisposeAsync();
    }

    private async ValueTask FlushAsync()
    {
        await _stream.WriteAsync(_buffer.WrittenMemory, _cancellationToken);
        _buffer.ResetWrittenCount();
    }
}
