using FollowerSync.Arrivals;

namespace FollowerSync.OAuth;

/// <summary>Web authorisation on the public listener.</summary>
internal sealed class OAuthRoutes(OAuthAccounts accounts, StartEndpoint start, BackEndpoint back) : IPublicRoutes
{
    private const string AppId = "appId";

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
        try
        {
            await answer(context, account);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The visitor has left; there is nobody to answer.
        }
    }
}
