using System.Net;
using System.Net.Http.Headers;
using FollowerSync.WeChat.Calls;

namespace FollowerSync.Push;

/// <summary>Hands a request on to the customer's bot as it came, and brings back its answer.</summary>
internal sealed class BotRelay : IDisposable
{
    /// <summary>WeChat waits 5 seconds; what comes later is of no use to anybody.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(4.3);

    /// <summary>Bytes of an answer; WeChat takes no message of this size.</summary>
    private const int LargestAnswer = 1024 * 1024;

    private static readonly string[] HandedOn = ["Content-Type", "User-Agent", "Accept"];
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    // Shorter than any bot keeps a connection that stands still: what is sent as the bot hangs up would be lost.
    private readonly HttpClient _http = NewClient(TimeSpan.FromSeconds(1));
    private readonly HttpClient _anew = NewClient(TimeSpan.Zero);

    /// <returns>Null when there is no answer in time.</returns>
    public async Task<BotAnswer?> SendAsync(Uri bot, HttpRequest request, byte[] body, IPAddress sender, CancellationToken deadline)
    {
        try
        {
            using HttpResponseMessage answer = await AskAsync(bot, request, body, sender, deadline);
            // The bot would go on in another protocol, which nobody asked for.
            if (answer.StatusCode == HttpStatusCode.SwitchingProtocols)
                return null;
            await answer.Content.LoadIntoBufferAsync(LargestAnswer, deadline);
            HttpContentHeaders headers = answer.Content.Headers;
            return new BotAnswer((int)answer.StatusCode, Raw(headers, "Content-Type"), Raw(headers, "Content-Encoding"), await answer.Content.ReadAsByteArrayAsync(deadline));
        }
        // Whatever fails on the way is one and the same: no answer.
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _anew.Dispose();
    }

    private static HttpClient NewClient(TimeSpan idle)
    {
        SocketsHttpHandler handler = OutboundHandler.Create(Patience);
        handler.PooledConnectionIdleTimeout = idle;
        // The address of a bot may move to another machine.
        handler.PooledConnectionLifetime = idle == TimeSpan.Zero ? idle : TimeSpan.FromMinutes(1);
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    // A bot that hung up on a connection of before has not seen the request: WeChat, which makes a new one each time, would have been answered.
    private async Task<HttpResponseMessage> AskAsync(Uri bot, HttpRequest request, byte[] body, IPAddress sender, CancellationToken deadline)
    {
        try
        {
            using HttpRequestMessage message = MessageOf(bot, request, body, sender);
            return await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline);
        }
        catch (HttpRequestException exception) when (exception.InnerException is IOException && exception.HttpRequestError is HttpRequestError.ResponseEnded or HttpRequestError.Unknown)
        {
            using HttpRequestMessage message = MessageOf(bot, request, body, sender);
            return await _anew.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline);
        }
    }

    private static HttpRequestMessage MessageOf(Uri bot, HttpRequest request, byte[] body, IPAddress sender)
    {
        HttpRequestMessage message = new(new HttpMethod(request.Method), Address(bot, request.QueryString)) { Content = new ByteArrayContent(body) };
        foreach (string name in HandedOn)
            if (request.Headers[name].ToString() is { Length: > 0 } value && !message.Headers.TryAddWithoutValidation(name, value))
                message.Content.Headers.TryAddWithoutValidation(name, value);
        message.Headers.TryAddWithoutValidation("X-Forwarded-For", sender.ToString());
        return message;
    }

    // The bot checks WeChat's own signature: nothing of the query may be written in another way.
    private static Uri Address(Uri bot, QueryString query)
    {
        string address = bot.GetLeftPart(UriPartial.Query);
        return new Uri(!query.HasValue ? address : bot.Query.Length > 0 ? $"{address}&{query.Value![1..]}" : address + query.Value, AsItIs);
    }

    // A header that nobody may send is left out; the answer itself goes back all the same.
    private static string? Raw(HttpContentHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out HeaderStringValues values) && values.ToString() is var text && !text.Any(letter => char.IsControl(letter) && letter != '\t') ? text : null;
}
