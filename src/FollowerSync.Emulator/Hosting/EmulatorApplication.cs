using System.Globalization;
using FollowerSync.Emulator.Faults;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FollowerSync.Emulator.Hosting;

/// <summary>What Kestrel calls for every request. There is no middleware, routing or logging in between: the machine is shared.</summary>
internal sealed class EmulatorApplication(EmulatorOptions options, CallAnswerer answerer, FaultScript faults, RequestLog log)
    : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        using ApiCall call = new(context);
        log.Begin();
        bool logged = false;
        try
        {
            await ReadRequestAsync(call, context.RequestAborted);
            answerer.FindOwner(call);
            call.Faults = faults.Choose(call);
            await WaitAsync(call, context.RequestAborted);
            SideEffects.Happen(call);
            answerer.Answer(call);

            // Before the answer leaves: whoever has it finds the call in the log.
            log.Add(call, options.TimeProvider.GetUtcNow());
            logged = true;
            context.Response.Headers.Date = options.TimeProvider.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
            await Delivery.SendAsync(call, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left; there is nobody to answer.
        }
        finally
        {
            if (!logged)
                log.Add(call, options.TimeProvider.GetUtcNow());
            log.End();
        }
    }

    private Task WaitAsync(ApiCall call, CancellationToken cancellationToken)
    {
        TimeSpan wait = options.Latency + (call.Fault(FaultKind.Delay)?.Delay ?? TimeSpan.Zero);
        return wait > TimeSpan.Zero ? Task.Delay(wait, options.TimeProvider, cancellationToken) : Task.CompletedTask;
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
}
