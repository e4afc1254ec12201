using Microsoft.Extensions.Primitives;

namespace FollowerSync.OAuth;

/// <summary><c>GET /oauth/{appid}/start?to=NAME</c>: sends a visitor to WeChat.</summary>
internal sealed class StartEndpoint(StateSigner signer, RefusedVisits refused)
{
    public Task AnswerAsync(HttpContext context, AuthorizingAccount account)
    {
        IQueryCollection query = context.Request.Query;
        if (query["to"] is not [{ } name] || account.Find(name) is not { } target)
            return RefuseAsync(context, "no target of the settings was named");
        if (!TryReadState(query["state"], out string visitorState))
            return RefuseAsync(context, "the page's own state is none");

        VisitorCookie cookie = VisitorCookie.Make(visitorState);
        string state = signer.Sign(account, target, cookie, isRetry: query["again"].Count > 0);
        VisitorCookie.ClearPile(context, account);
        cookie.Set(context.Response, account);
        context.Response.Redirect(account.AuthorizeUrl(state));
        return Task.CompletedTask;
    }

    private Task RefuseAsync(HttpContext context, string why)
    {
        refused.Add(why, context);
        return VisitorPage.WriteAsync(context, VisitorPage.BadLink);
    }

    private static bool TryReadState(StringValues given, out string state)
    {
        state = given.Count == 0 ? "" : given[0] ?? "";
        return given.Count <= 1 && VisitorState.IsRight(state);
    }
}
