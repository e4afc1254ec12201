using System.Net;
using FollowerSync.Arrivals;

namespace FollowerSync.Push;

/// <summary>Takes a push for an account with a bot behind us. The bot gets every request, also one that we refuse: it has the same token and checks for itself,
/// and our fault, of whatever kind, must not become the bot's.</summary>
internal sealed class PushForwarding(PushReception reception, BotRelay relay, PushCounts counts, TimeProvider time)
{
    // How long an answer that is there waits for the push to be stored, while all goes well: then not even a crash loses what was answered.
    private static readonly TimeSpan Courtesy = TimeSpan.FromMilliseconds(100);

    public async Task AnswerAsync(HttpContext context, PushAccount account, Uri bot, IPAddress sender)
    {
        using CancellationTokenSource deadline = new(BotRelay.Patience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        byte[] body = await PublicBody.ReadAsync(context, time);
        Task<BotAnswer?> answering = relay.SendAsync(bot, context.Request, body, sender, either.Token);
        Task taking = TakeAsync(account, PushQuery.Of(context.Request.Query), body, sender);

        BotAnswer? answer = await answering;
        if (answer is null && !context.RequestAborted.IsCancellationRequested)
            counts.Add("that the bot at Push:ForwardTo did not answer in time", sender);
        if (answer is not null && reception.IsPrompt)
            await Task.WhenAny(taking, Task.Delay(Courtesy, time, context.RequestAborted));
        await (answer ?? BotAnswer.None).WriteAsync(context);
    }

    // Goes on when the request has been answered.
    private async Task TakeAsync(PushAccount account, PushQuery? query, byte[] body, IPAddress sender)
    {
        try
        {
            PushOutcome outcome = reception.Fault(account, query) ?? await reception.TakeAsync(account, query!, body);
            if (!PushOutcomes.IsTaken(outcome))
                counts.Add($"{PushOutcomes.WordsOf(outcome)}, handed on to the bot all the same", sender);
        }
#pragma warning disable CA1031 // Whatever goes wrong here, the bot's answer goes back.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            counts.Add($"for a fault of the program ({exception.GetType().Name}), handed on to the bot all the same", sender);
        }
    }
}
