using FollowerSync.Arrivals;

namespace FollowerSync.OAuth;

/// <summary>Web authorisation on the public listener.</summary>
internal sealed class OAuthRoutes(OAuthAccounts accounts, StartEndpoint start, BackEndpoint back) : IPublicRoutes
{
    private const string AppId = "appId";

    /// <summary>Headers of browsers and apps that load a page before its visitor opens it.</summary>
    private static readonly string[] Announcing = ["Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"];

    public void Map(IEndpointRouteBuilder routes)
    {
        if (!accounts.Any)
            return;
        routes.MapGet($"/oauth/{{{AppId}}}/start", context => AnswerAsync(context, start.AnswerAsync));
        routes.MapGet($"/oauth/{{{AppId}}}/back", context => AnswerAsync(context, back.AnswerAsync));
    }

    private async Task AnswerAsync(HttpContext context, Func<HttpContext, AuthorizingAccount, Task> answer)
    {
        if (accounts.Find(context.GetRouteValue(AppId)) is not { } account)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        // The address of this request holds a code or leads to one: nobody keeps it, and no other site is told.
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        if (IsAhead(context.Request))
        {
            // Who only looks ahead would spend the state and the code of the visitor; the browser then asks as if it had not.
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        try
        {
            await answer(context, account);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The visitor has left; there is nobody to answer.
        }
    }

    private static bool IsAhead(HttpRequest request) => Array.Exists(Announcing, name => request.Headers[name].Any(value =>
        value is not null && (value.Contains("prefetch", StringComparison.OrdinalIgnoreCase) || value.Contains("prerender", StringComparison.OrdinalIgnoreCase)
            || value.Contains("preview", StringComparison.OrdinalIgnoreCase))));
}
