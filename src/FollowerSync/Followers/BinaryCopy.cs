using System.Buffers;
using System.Buffers.Binary;
using Npgsql;

namespace FollowerSync.Followers;

/// <summary>A running binary COPY that takes rows already encoded.</summary>
internal sealed class BinaryCopy : IAsyncDisposable
{
    private const int FlushAt = 64 * 1024;

    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly NpgsqlRawCopyStream _stream;
    private readonly ArrayBufferWriter<byte> _buffer = new(FlushAt + 8192);
    private bool _completed;

    private BinaryCopy(NpgsqlRawCopyStream stream)
    {
        _stream = stream;
        _buffer.Write(Header);
    }

    /// <param name="connection">Open connection; busy until the copy is disposed of.</param>
    /// <param name="sql">A <c>copy … from stdin (format binary)</c>.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<BinaryCopy> BeginAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        new(await connection.BeginRawBinaryCopyAsync(sql, cancellationToken));

    /// <summary>Begins a row of so many columns; their bytes follow by <see cref="Append"/>.</summary>
    public async ValueTask StartRowAsync(int columns, CancellationToken cancellationToken)
    {
        if (_buffer.WrittenCount >= FlushAt)
            await FlushAsync(cancellationToken);
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
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        BinaryPrimitives.WriteInt16BigEndian(_buffer.GetSpan(2), -1);
        _buffer.Advance(2);
        await FlushAsync(cancellationToken);
        _completed = true;
        await _stream.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_completed)
            await _stream.CancelAsync();
        await _stream.DisposeAsync();
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(_buffer.WrittenMemory, cancellationToken);
        _buffer.ResetWrittenCount();
    }
}
