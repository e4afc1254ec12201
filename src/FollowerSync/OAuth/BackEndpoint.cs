using Microsoft.Extensions.Primitives;

namespace FollowerSync.OAuth;

/// <summary><c>GET /oauth/{appid}/back?code=&amp;state=</c>: a visitor comes back from WeChat and is sent on to the page of the settings that the state names.</summary>
internal sealed class BackEndpoint(StateSigner signer, SpentStates spent, CodeExchange exchange, VisitStore visits, RefusedVisits refused, TimeProvider time)
{
    private const int LongestCode = 512;

    /// <summary>Some of WeChat's apps bring this in the place of a code when the visitor refuses.</summary>
    private const string Refused = "authdeny";

    public async Task AnswerAsync(HttpContext context, AuthorizingAccount account)
    {
        if (Read(context, account, out string why) is not { } visit)
        {
            await RefuseAsync(context, why, VisitorPage.Expired);
            return;
        }

        string again = account.StartUrl(visit.Target, visit.VisitorState, again: false);
        if (!await spent.SpendAsync(visit.State.Nonce, context.RequestAborted))
        {
            await RefuseAsync(context, "the state was used before", VisitorPage.Expired, again);
            return;
        }

        VisitorCookie.Clear(context.Response, account, visit.State.Nonce);
        if (visit.Code is null)
            context.Response.Redirect(TargetAddress.Without(visit.Target, visit.VisitorState));
        else
            await SendOnAsync(context, account, visit, visit.Code);
    }

    // State and code work once: a visitor who hangs up by now, or loads the page again, is a visitor all the same. Each step has a deadline of its own.
    private async Task SendOnAsync(HttpContext context, AuthorizingAccount account, Visit visit, string code)
    {
        CodeAnswer answer = await exchange.AskAsync(account, code, CancellationToken.None);
        if (answer.Visitor is { } visitor)
        {
            await visits.KeepAsync(visitor, visit.State.Nonce, CancellationToken.None);
            context.Response.Redirect(TargetAddress.With(visit.Target, visitor, visit.VisitorState, time.GetUtcNow()));
        }
        else if (answer.Kind != CodeAnswerKind.BadCode)
        {
            context.Response.Redirect(TargetAddress.Without(visit.Target, visit.VisitorState));
        }
        else if (!visit.State.IsRetry)
        {
            refused.Add("WeChat refused the code, and the visitor gets another", context);
            context.Response.Redirect(account.StartUrl(visit.Target, visit.VisitorState, again: true));
        }
        else
        {
            await RefuseAsync(context, "WeChat refused two codes of one visitor", VisitorPage.NotConfirmed, account.StartUrl(visit.Target, visit.VisitorState, again: false));
        }
    }

    private Visit? Read(HttpContext context, AuthorizingAccount account, out string why)
    {
        IQueryCollection query = context.Request.Query;
        why = "the state is none of ours";
        if (query["state"] is not [{ } text] || AuthorizationState.Parse(text) is not var (state, signature))
            return null;

        why = "the browser lacks the cookie of the state";
        string[] cookies = [.. VisitorCookie.Read(context.Request, state.Nonce)];
        if (cookies.Length == 0)
            return null;

        why = "the state is not signed for this account, page and browser";
        if (cookies.Select(cookie => (Cookie: cookie, Target: signer.Verify(account, state, signature, cookie))).FirstOrDefault(one => one.Target is not null) is not (var proven, { } target))
            return null;

        why = "the state has expired";
        if (!signer.IsInTime(state))
            return null;

        why = "the code is none";
        return TryReadCode(query["code"], out string? code) ? new Visit(state, target, VisitorCookie.VisitorStateOf(proven), code) : null;
    }

    // Without a code the visitor refused.
    private static bool TryReadCode(StringValues given, out string? code)
    {
        code = given.Count == 0 || given[0] is null or "" or Refused ? null : given[0];
        return given.Count <= 1 && (code is null || (code.Length <= LongestCode && code.All(letter => letter is > ' ' and < '\u007F')));
    }

    private Task RefuseAsync(HttpContext context, string why, (string Chinese, string English) text, string? again = null)
    {
        refused.Add(why, context);
        return VisitorPage.WriteAsync(context, text, again);
    }

    /// <param name="State">Proven to be ours.</param>
    /// <param name="Target">Where the visitor wants to go.</param>
    /// <param name="VisitorState">What the page wants to have back.</param>
    /// <param name="Code">What WeChat gave the visitor; null = the visitor refused.</param>
    private sealed record Visit(AuthorizationState State, Target Target, string VisitorState, string? Code);
}
