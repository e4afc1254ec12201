using System.Net;
using FollowerSync.Arrivals;

namespace FollowerSync.Push;

/// <summary>Takes pushes: <c>POST /wechat/APPID</c>. With a bot behind us the bot answers, whatever becomes of the push here.</summary>
internal sealed class PushRoutes(PushAccounts accounts, PushReception reception, PushForwarding forwarding, PushCounts counts, SenderAddress senders, TimeProvider time) : IPublicRoutes
{
    private static readonly byte[] Success = [.. "success"u8];

    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods(UrlCheck.Path, [HttpMethods.Post], AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        IPAddress sender = senders.Of(context);
        try
        {
            PublicBody.RequireSize(context);
            if (accounts.Find((string)context.GetRouteValue("appId")!) is not { } account)
                await AnswerAsync(context, PushOutcome.UnknownAccount, sender);
            else if (account.Bot is { } bot)
                await forwarding.AnswerAsync(context, account, bot, sender);
            else
                await AnswerAsync(context, await ReceiveAsync(context, account), sender);
        }
        catch (BadHttpRequestException exception)
        {
            counts.Add($"refused with HTTP status {exception.StatusCode} (too large, too slow or broken off)", sender);
            throw;
        }
    }

    // The body of somebody who cannot sign the query is not even read.
    private async Task<PushOutcome> ReceiveAsync(HttpContext context, PushAccount account)
    {
        PushQuery? query = PushQuery.Of(context.Request.Query);
        return reception.Fault(account, query) ?? await reception.TakeAsync(account, query!, await PublicBody.ReadAsync(context, time));
    }

    private async Task AnswerAsync(HttpContext context, PushOutcome outcome, IPAddress sender)
    {
        context.Response.StatusCode = PushOutcomes.StatusOf(outcome);
        if (!PushOutcomes.IsTaken(outcome))
        {
            counts.Add(PushOutcomes.WordsOf(outcome), sender);
            return;
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = Success.Length;
        await context.Response.Body.WriteAsync(Success, context.RequestAborted);
    }
}
