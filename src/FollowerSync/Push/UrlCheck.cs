using System.Text;
using FollowerSync.Arrivals;

namespace FollowerSync.Push;

/// <summary>Answers WeChat's check of the address, and our own (<c>check</c>): <c>GET /wechat/APPID</c>. It is answered here also when a bot stands behind us,
/// since the signature proves all there is to prove.</summary>
internal sealed class UrlCheck(PushAccounts accounts, PushReader reader, PushCounts counts, SenderAddress senders) : IPublicRoutes
{
    /// <summary>The path of an account.</summary>
    public const string Path = "/wechat/{appId}";

    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods(Path, [HttpMethods.Get], AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        PushAccount? account = accounts.Find((string)context.GetRouteValue("appId")!);
        PushQuery? query = PushQuery.Of(context.Request.Query);
        PushOutcome? fault = account is null ? PushOutcome.UnknownAccount : reader.Fault(account, query);
        if ((fault ?? (query!.Echo.Length == 0 ? PushOutcome.Malformed : null)) is { } outcome)
        {
            counts.Add(PushOutcomes.WordsOf(outcome), senders.Of(context));
            context.Response.StatusCode = PushOutcomes.StatusOf(outcome);
            return;
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        byte[] echo = Encoding.UTF8.GetBytes(query!.Echo);
        context.Response.ContentLength = echo.Length;
        await context.Response.Body.WriteAsync(echo, context.RequestAborted);
    }
}
