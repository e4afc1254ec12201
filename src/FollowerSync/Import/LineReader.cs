using System.Runtime.CompilerServices;

namespace FollowerSync.Import;

/// <summary>Reads lines that end with LF, CR LF or CR, in memory that does not grow with the file or its lines.</summary>
internal sealed class LineReader(Stream source)
{
    /// <summary>Bytes a line may have.</summary>
    public const int Longest = 64 * 1024;

    private readonly byte[] _buffer = new byte[4 * Longest];
    private int _start;
    private int _end;
    private bool _isOver;

    /// <summary>Bytes read so far.</summary>
    public long Read { get; private set; }

    /// <exception cref="ImportException">The file is of a kind that cannot be read.</exception>
    public async IAsyncEnumerable<FileLine> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await BeginAsync(cancellationToken);
        long number = 0;
        while (true)
        {
            int length = await FindEndAsync(cancellationToken);
            if (length < 0)
            {
                await PassOverAsync(cancellationToken);
                yield return new FileLine(++number, default, IsTooLong: true);
            }
            else if (length == 0 && _start == _end)
            {
                yield break;
            }
            else
            {
                ReadOnlyMemory<byte> text = _buffer.AsMemory(_start, length);
                Pass(length);
                yield return new FileLine(++number, text, IsTooLong: false);
            }
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        while (_end < FileFormat.Looked && await FillAsync(cancellationToken))
        {
            // A pipe gives a little at a time.
        }

        if (FileFormat.WhyNot(_buffer.AsSpan(0, Math.Min(_end, FileFormat.Looked))) is { } why)
            throw new ImportException($"The file {why}.");
        if (_buffer.AsSpan(0, _end).StartsWith("\uFEFF"u8))
            _start = 3;
    }

    /// <summary>Bytes up to the line's end, or to that of the file; −1 when there are too many.</summary>
    private async Task<int> FindEndAsync(CancellationToken cancellationToken)
    {
        int seen = 0;
        while (true)
        {
            int at = _buffer.AsSpan(_start + seen, _end - _start - seen).IndexOfAny((byte)'\n', (byte)'\r');
            seen = at < 0 ? _end - _start : seen + at;
            if (seen > Longest)
                return -1;
            // What follows a CR tells whether the line ends there or one byte later.
            if (at >= 0 && (_buffer[_start + seen] == '\n' || _start + seen + 1 < _end))
                return seen;
            if (!await FillAsync(cancellationToken))
                return seen;
        }
    }

    private async Task PassOverAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            int at = _buffer.AsSpan(_start, _end - _start).IndexOfAny((byte)'\n', (byte)'\r');
            if (at >= 0 && _start + at + 1 == _end && _buffer[_start + at] == '\r' && !_isOver)
            {
                _start += at;
                await FillAsync(cancellationToken);
                at = 0;
            }

            if (at >= 0)
            {
                Pass(at);
                return;
            }

            _start = _end;
            if (!await FillAsync(cancellationToken))
                return;
        }
    }

    /// <summary>Goes behind a line and its end.</summary>
    private void Pass(int length)
    {
        _start += length;
        if (_start == _end)
            return;
        _start += _buffer[_start] == '\r' && _start + 1 < _end && _buffer[_start + 1] == '\n' ? 2 : 1;
    }

    /// <summary>Reads on; false at the end of the file.</summary>
    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_isOver)
            return false;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        // A read of a terminal or a pipe cannot be taken back; whoever stops does not wait for it.
        int read = await source.ReadAsync(_buffer.AsMemory(_end), cancellationToken).AsTask().WaitAsync(cancellationToken);
        _isOver = read == 0;
        _end += read;
        Read += read;
        return read > 0;
    }
}
