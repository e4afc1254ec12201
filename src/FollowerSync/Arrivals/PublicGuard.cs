using Microsoft.AspNetCore.Http.Features;

namespace FollowerSync.Arrivals;

/// <summary>What every answer of the public listener has in common: nothing that no feature has is there, and no fault of ours shows what it was.</summary>
internal sealed partial class PublicGuard(ILogger logger)
{
    /// <summary>Turns whatever is thrown into a status without text.</summary>
    public async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException exception)
        {
            Refuse(context, exception.StatusCode);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
#pragma warning disable CA1031 // A fault of ours is logged; the caller, who may try again, is told no details.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFault(exception);
            Refuse(context, StatusCodes.Status503ServiceUnavailable);
        }
    }

    /// <summary>Answers 404 to what no feature has, and to a method that no feature has there; which methods it has is nobody's business.</summary>
    public static Task KnownPathsOnlyAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is RouteEndpoint)
            return next(context);
        context.SetEndpoint(null);
        Refuse(context, StatusCodes.Status404NotFound);
        return Task.CompletedTask;
    }

    private static void Refuse(HttpContext context, int status)
    {
        if (context.Response.HasStarted)
            context.Features.Get<IHttpRequestLifetimeFeature>()?.Abort();
        else
            context.Response.StatusCode = status;
    }

    [LoggerMessage(1401, LogLevel.Error, "A request at the public listener failed for a fault of this program, and was answered 503. Please report it")]
    private partial void LogFault(Exception exception);
}
