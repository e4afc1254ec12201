using System.Buffers;
using System.Buffers.Binary;
using Npgsql;

namespace FollowerSync.Followers;

/// <summary>Writes encoded profiles into a running binary COPY, each row followed by what the target table wants besides.</summary>
internal sealed class ProfileCopy : IAsyncDisposable
{
    private const int FlushAt = 64 * 1024;

    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly NpgsqlRawCopyStream _stream;
    private readonly ArrayBufferWriter<byte> _buffer = new(FlushAt + 8192);
    private bool _completed;

    private ProfileCopy(NpgsqlRawCopyStream stream)
    {
        _stream = stream;
        _buffer.Write(Header);
    }

    public static async Task<ProfileCopy> BeginAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        new(await connection.BeginRawBinaryCopyAsync(sql, cancellationToken));

    /// <summary>Adds a row: the profile's columns, then <paramref name="more"/>, which holds <paramref name="moreColumns"/> encoded columns.</summary>
    public async ValueTask WriteAsync(FollowerProfile profile, ReadOnlyMemory<byte> more, int moreColumns, CancellationToken cancellationToken)
    {
        Append(profile, more.Span, moreColumns);
        if (_buffer.WrittenCount >= FlushAt)
            await FlushAsync(cancellationToken);
    }

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

    private void Append(FollowerProfile profile, ReadOnlySpan<byte> more, int moreColumns)
    {
        BinaryPrimitives.WriteInt16BigEndian(_buffer.GetSpan(2), (short)((int)ProfileColumn.UnionId + 1 + moreColumns));
        _buffer.Advance(2);
        _buffer.Write(profile.ColumnsBeforeUnionId);
        ReadOnlySpan<byte> unionId = profile.UnionIdUtf8;
        BinaryPrimitives.WriteInt32BigEndian(_buffer.GetSpan(4), unionId.IsEmpty ? -1 : unionId.Length);
        _buffer.Advance(4);
        _buffer.Write(unionId);
        _buffer.Write(more);
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(_buffer.WrittenMemory, cancellationToken);
        _buffer.ResetWrittenCount();
    }
}
