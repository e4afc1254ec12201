using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FollowerSync.Emulator;

/// <summary>What Kestrel calls for every request. There is no middleware, routing or logging in between: the machine is shared.</summary>
internal sealed class EmulatorApplication(EmulatorOptions options, CallAnswerer answerer, RequestLog log) : IHttpApplication<HttpContext>
{
    private const string Json = "application/json; encoding=utf-8";

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        using ApiCall call = new(context);
        log.Begin();
        try
        {
            await ReadRequestAsync(call, context.RequestAborted);
            answerer.FindOwner(call);
            if (options.Latency > TimeSpan.Zero)
                await Task.Delay(options.Latency, options.TimeProvider, context.RequestAborted);
            answerer.Answer(call);
            await SendAsync(call, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left; there is nobody to answer.
        }
        finally
        {
            log.End(call, options.TimeProvider.GetUtcNow());
        }
    }

    private static async Task ReadRequestAsync(ApiCall call, CancellationToken cancellationToken)
    {
        if (!call.IsPost)
            return;
        int read;
        do
        {
            read = await call.Context.Request.Body.ReadAsync(call.Request.ReserveAtLeast(4096), cancellationToken);
            call.Request.Advance(read);
        }
        while (read > 0);
    }

    private static async Task SendAsync(ApiCall call, CancellationToken cancellationToken)
    {
        HttpResponse response = call.Context.Response;
        response.StatusCode = (int)HttpStatusCode.OK;
        response.ContentType = Json;
        response.ContentLength = call.Answer.Length;
        await response.BodyWriter.WriteAsync(call.Answer.Written, cancellationToken);
    }
}
