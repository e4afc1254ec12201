using System.IO.Compression;
using System.Net;
using FollowerSync.Emulator.Hosting;
using Microsoft.AspNetCore.Http;

namespace FollowerSync.Emulator.Faults;

/// <summary>Sends the answer, or what a fault of transport makes of it.</summary>
internal static class Delivery
{
    private const string Json = "application/json; encoding=utf-8";

    public static async Task SendAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (call.Fault(FaultKind.Hang) is not null)
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        if (call.Fault(FaultKind.Reset) is not null)
            call.Context.Abort();
        else if (Replacement(call) is { } replacement)
            await SendAsync(call, replacement.Status, replacement.ContentType, replacement.Body, cancellationToken);
        else
            await SendAnswerAsync(call, cancellationToken);
    }

    private static (int Status, string ContentType, byte[] Body)? Replacement(ApiCall call)
    {
        foreach (FaultRule rule in call.Faults)
        {
            switch (rule.Fault)
            {
                case FaultKind.Html:
                    return (rule.Status ?? 200, "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>"u8.ToArray());
                case FaultKind.Status:
                    return (rule.Status ?? 503, "text/plain", []);
                case FaultKind.FastReject:
                    return (rule.Status ?? 403, "text/plain", "FastReject"u8.ToArray());
                case FaultKind.EmptyBody:
                    return (200, Json, []);
            }
        }
        return null;
    }

    private static async Task SendAnswerAsync(ApiCall call, CancellationToken cancellationToken)
    {
        string contentType = call.Fault(FaultKind.ContentType) is { } typed ? typed.ContentType ?? "text/plain" : call.ContentType;
        ReadOnlyMemory<byte> body = call.Answer.Written;
        if (call.Fault(FaultKind.Gzip) is not null)
        {
            body = Compress(body.Span);
            call.Context.Response.Headers.ContentEncoding = "gzip";
        }
        else if (call.Fault(FaultKind.LyingEncoding) is { } lying)
        {
            call.Context.Response.Headers.ContentEncoding = lying.Encoding ?? "gzip";
        }

        if (call.Fault(FaultKind.CutBody) is { } cut)
            await SendHalfAsync(call, contentType, body, cut.FullLength, cancellationToken);
        else
            await SendAsync(call, (int)HttpStatusCode.OK, contentType, body, cancellationToken);
    }

    private static async Task SendHalfAsync(
        ApiCall call, string contentType, ReadOnlyMemory<byte> body, bool fullLength, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> half = body[..(body.Length / 2)];
        if (!fullLength)
        {
            await SendAsync(call, (int)HttpStatusCode.OK, contentType, half, cancellationToken);
            return;
        }
        HttpResponse response = call.Context.Response;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(half, cancellationToken);
        await response.BodyWriter.FlushAsync(cancellationToken);
        call.Context.Abort();
    }

    private static async Task SendAsync(
        ApiCall call, int status, string contentType, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        HttpResponse response = call.Context.Response;
        response.StatusCode = status;
        if (status is (int)HttpStatusCode.NoContent or (int)HttpStatusCode.NotModified)
            return;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, cancellationToken);
    }

    private static byte[] Compress(ReadOnlySpan<byte> body)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Fastest))
            gzip.Write(body);
        return compressed.ToArray();
    }
}
