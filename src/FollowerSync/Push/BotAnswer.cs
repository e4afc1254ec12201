namespace FollowerSync.Push;

/// <summary>What the customer's bot answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">Header <c>Content-Type</c>; null = none.</param>
/// <param name="ContentEncoding">Header <c>Content-Encoding</c>; null = none.</param>
/// <param name="Body">The body as it came.</param>
internal sealed record BotAnswer(int Status, string? ContentType, string? ContentEncoding, byte[] Body)
{
    /// <summary>When there is no answer: WeChat repeats the request, as it does with a bot that is down.</summary>
    public static readonly BotAnswer None = new(StatusCodes.Status503ServiceUnavailable, null, null, []);

    public async Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        if (ContentType is not null)
            context.Response.Headers.ContentType = ContentType;
        if (ContentEncoding is not null)
            context.Response.Headers.ContentEncoding = ContentEncoding;
        // A status that says there is no body may come with one all the same; nobody may send it on.
        if (Body.Length == 0 || Status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified)
            return;
        context.Response.ContentLength = Body.Length;
        await context.Response.Body.WriteAsync(Body, context.RequestAborted);
    }
}
