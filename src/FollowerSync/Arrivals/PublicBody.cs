using System.IO.Pipelines;

using FollowerSync.Web;

namespace FollowerSync.Arrivals;

/// <summary>Reads the body of a request of the public listener, with bounds on its size and on the time it may take.</summary>
internal static class PublicBody
{
    /// <summary>Bytes of a body.</summary>
    public const int Largest = WebListener.LargestBody;

    /// <summary>A sender who is WeChat, or a proxy that has the body already, needs a fraction of this.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    /// <summary>Refuses a body that says of itself that it is too large, before anything else is looked at.</summary>
    /// <exception cref="BadHttpRequestException">It is (413).</exception>
    public static void RequireSize(HttpContext context)
    {
        if (context.Request.ContentLength > Largest)
            throw new BadHttpRequestException("too large", StatusCodes.Status413PayloadTooLarge);
    }

    /// <exception cref="BadHttpRequestException">It is too large (413), takes too long (408) or is broken (400): the listener answers so.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext context, TimeProvider time)
    {
        RequireSize(context);
        PipeReader reader = context.Request.BodyReader;
        using CancellationTokenSource deadline = new(Longest, time);
        // A read that is given up by a token would stay under way, and the server would log that it cannot pass over the rest.
        using CancellationTokenRegistration end = deadline.Token.Register(reader.CancelPendingRead);
        using MemoryStream body = new((int)(context.Request.ContentLength ?? 0));
        while (true)
        {
            ReadResult read = await reader.ReadAsync(context.RequestAborted);
            foreach (ReadOnlyMemory<byte> part in read.Buffer)
                body.Write(part.Span);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return body.ToArray();
            if (!read.IsCanceled)
                continue;
            context.Response.Headers.Connection = "close";
            throw new BadHttpRequestException("too slow", StatusCodes.Status408RequestTimeout);
        }
    }
}
