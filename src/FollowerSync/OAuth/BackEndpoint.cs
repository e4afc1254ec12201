using Microsoft.Extensions.Primitives;

namespace FollowerSync.OAuth;

/// <summary><c>GET /oauth/{appid}/back?code=&amp;state=</c>: a visitor comes back from WeChat and is sent on to the page of the settings that the state names.</summary>
internal sealed class BackEndpoint(
    StateSigner signer, FirstAnswers first, SpentStates spent, CodeExchange exchange, VisitStore visits, RefusedVisits refused, TimeProvider time)
{
    private const int LongestCode = 512;

    /// <summary>Some of WeChat's apps bring this in the place of a code when the visitor refuses.</summary>
    private const string Refused = "authdeny";

    public async Task AnswerAsync(HttpContext context, AuthorizingAccount account)
    {
        if (Read(context, account, out string why) is not { } visit)
        {
            refused.Add(why, context);
            await VisitorPage.WriteAsync(context, VisitorPage.Expired);
            return;
        }

        BackAnswer answer = await first.GetAsync(visit.State.Nonce, () => AnswerOnceAsync(account, visit));
        if (answer.Refusal is { } refusal)
            refused.Add(refusal, context);
        visit.Cookie.EndSoon(context.Response, account);
        if (answer.Page is { } page)
            await VisitorPage.WriteAsync(context, page, answer.Address);
        else
            context.Response.Redirect(answer.Address);
    }

    // State and code work once: a visitor who hangs up by now, or loads the page again, is a visitor all the same. Each step has a deadline of its own.
    private async Task<BackAnswer> AnswerOnceAsync(AuthorizingAccount account, Visit visit)
    {
        StateUse use = await spent.SpendAsync(visit.State.Nonce, CancellationToken.None);
        if (use == StateUse.First)
            return visit.Code is null ? new BackAnswer(TargetAddress.Without(visit.Target, visit.VisitorState)) : await ExchangeAsync(account, visit, visit.Code);

        // What another machine answered is not known here, and a second code must not stand in for the first: it may be somebody else's.
        return use == StateUse.JustNow && !visit.State.IsRetry
            ? new BackAnswer(StartUrl(account, visit, again: true), "the state was used a moment ago on another machine, and the visitor gets another")
            : new BackAnswer(StartUrl(account, visit, again: false), "the state was used before", VisitorPage.Expired);
    }

    private async Task<BackAnswer> ExchangeAsync(AuthorizingAccount account, Visit visit, string code)
    {
        CodeAnswer answer = await exchange.AskAsync(account, code, CancellationToken.None);
        if (answer.Visitor is { } visitor)
        {
            await visits.KeepAsync(visitor, visit.State.Nonce, CancellationToken.None);
            return new BackAnswer(TargetAddress.With(visit.Target, visitor, visit.VisitorState, time.GetUtcNow()));
        }

        if (answer.Kind != CodeAnswerKind.BadCode)
            return new BackAnswer(TargetAddress.Without(visit.Target, visit.VisitorState));
        return visit.State.IsRetry
            ? new BackAnswer(StartUrl(account, visit, again: false), "WeChat refused two codes of one visitor", VisitorPage.NotConfirmed)
            : new BackAnswer(StartUrl(account, visit, again: true), "WeChat refused the code, and the visitor gets another");
    }

    private static string StartUrl(AuthorizingAccount account, Visit visit, bool again) => account.StartUrl(visit.Target, visit.VisitorState, again);

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
        return TryReadCode(query["code"], out string? code) ? new Visit(state, target, new VisitorCookie(state.Nonce, proven), code) : null;
    }

    // Without a code the visitor refused.
    private static bool TryReadCode(StringValues given, out string? code)
    {
        code = given.Count == 0 || given[0] is null or "" or Refused ? null : given[0];
        return given.Count <= 1 && (code is null || (code.Length <= LongestCode && code.All(letter => letter is > ' ' and < '\u007F')));
    }

    /// <param name="State">Proven to be ours.</param>
    /// <param name="Target">Where the visitor wants to go.</param>
    /// <param name="Cookie">Of the browser.</param>
    /// <param name="Code">What WeChat gave the visitor; null = the visitor refused.</param>
    private sealed record Visit(AuthorizationState State, Target Target, VisitorCookie Cookie, string? Code)
    {
        /// <summary>What the page wants to have back.</summary>
        public string VisitorState => Cookie.VisitorState;
    }
}
