using System.Buffers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat.Calls;

/// <summary>The body of an answer, unpacked, in memory that goes back when it is disposed of. Never more of it is taken than the API may answer: what is
/// packed is unpacked on the way and stopped there too.</summary>
internal sealed class AnswerBody : IDisposable
{
    private const int First = 64 * 1024;

    private readonly int _limit;
    private byte[] _buffer;
    private int _length;

    private AnswerBody(int limit, long? announced)
    {
        _limit = limit;
        _buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(limit, announced ?? First) + 1);
    }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Reads to the end.</summary>
    /// <exception cref="WeChatApiException">There is more than the API may answer.</exception>
    public static async Task<AnswerBody> ReadAsync(string api, HttpContent content, CancellationToken cancellationToken)
    {
        int limit = AnswerSize.LimitOf(api);
        if (content.Headers.ContentLength > limit)
            throw TooLarge(api, limit);

        AnswerBody body = new(limit, content.Headers.ContentLength);
        try
        {
            await using Stream stream = await content.ReadAsStreamAsync(cancellationToken);
            int read;
            while ((read = await stream.ReadAsync(body._buffer.AsMemory(body._length), cancellationToken)) > 0)
                body.Take(api, read);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _length) = ([], 0);
    }

    private void Take(string api, int read)
    {
        _length += read;
        if (_length > _limit)
            throw TooLarge(api, _limit);
        if (_length < _buffer.Length)
            return;

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Min(_limit + 1, _buffer.Length * 2));
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private static WeChatApiException TooLarge(string api, int limit) =>
        WeChatApiException.NoAnswer(api, $"the body is larger than {AnswerSize.Describe(limit)}, which no answer of it is");
}
