using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using FollowerSync.Accounts;
using FollowerSync.Languages;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
using Microsoft.Extensions.Options;

namespace FollowerSync.WeChat.Calls;

/// <summary>One attempt of one call: sends it, reads the whole body, and turns every way of getting no answer into one error.
/// Builds its own <see cref="HttpClient"/>, so that no request line with a token in its query is ever logged.</summary>
internal sealed class WeChatTransport : IDisposable
{
    private readonly HttpClient _http;
    private readonly HostRotation _hosts;
    private readonly TimeProvider _time;
    private volatile ServerDate? _serverDate;

    public WeChatTransport(IOptions<WeChatOptions> options, HostRotation hosts, TimeProvider time)
    {
        _hosts = hosts;
        _time = time;
        AttemptTimeout = options.Value.AttemptTimeout;
        SocketsHttpHandler handler = OutboundHandler.Create(AttemptTimeout < TimeSpan.FromSeconds(10) ? AttemptTimeout : TimeSpan.FromSeconds(10));
        handler.AutomaticDecompression = DecompressionMethods.All;
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Longest time of one attempt.</summary>
    public TimeSpan AttemptTimeout { get; }

    /// <summary>What WeChat's clock shows, by the date of its last answer, carried on by a clock that nobody sets; null before the first one.</summary>
    public DateTimeOffset? WeChatTime => _serverDate is { } seen ? seen.Date + _time.GetElapsedTime(seen.Timestamp) : null;

    /// <summary>The latest that it can be now, by this machine's clock or WeChat's: the one that is behind makes nothing impossible.</summary>
    public DateTimeOffset LatestNow => WeChatTime is { } theirs && theirs > _time.GetUtcNow() ? theirs : _time.GetUtcNow();

    /// <summary>How far this machine's clock is ahead of WeChat's; null before the first answer.</summary>
    public TimeSpan? ClockSkew => _time.GetUtcNow() - WeChatTime;

    /// <summary>Calls <paramref name="api"/> once and reads the answer.</summary>
    /// <param name="api">Path of the API; names it in errors.</param>
    /// <param name="query">Query with its question mark; holds the secrets and appears nowhere else.</param>
    /// <param name="content">JSON body of a POST; null = GET.</param>
    /// <param name="read">Turns the body into the answer, or throws what it says.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="WeChatApiException">No usable answer, or an answer with a return code.</exception>
    public async Task<T> CallAsync<T>(
        string api, string query, byte[]? content, AnswerParser<T> read, CancellationToken cancellationToken)
    {
        Uri host = _hosts.Current;
        try
        {
            T answer = await CallTrace.MeasureAsync(api, _time, () => SendAsync(new Uri(host, api + query), api, content, bearer: null, read, cancellationToken));
            _hosts.Answered(host);
            return answer;
        }
        catch (WeChatApiException exception) when (exception.ErrorCode is null)
        {
            _hosts.Failed(host);
            throw;
        }
        catch (WeChatApiException)
        {
            _hosts.Answered(host);
            throw;
        }
    }

    /// <summary>Calls an address outside WeChat, such as the customer's own token service; with content, a text, by POST.</summary>
    public Task<T> CallForeignAsync<T>(Uri address, byte[]? content, string? bearer, AnswerParser<T> read, CancellationToken cancellationToken) =>
        SendAsync(address, address.GetLeftPart(UriPartial.Authority), content, bearer, read, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(
        Uri address, string api, byte[]? content, string? bearer, AnswerParser<T> read, CancellationToken cancellationToken)
    {
        (HttpStatusCode status, AnswerBody body) = await ReceiveAsync(address, api, content, bearer, cancellationToken);
        using (body)
        {
            return (int)status is >= 200 and < 300
                ? read(api, body.Bytes)
                : throw Refused(api, status, body.Bytes);
        }
    }

    /// <summary>Whatever fails on the way, in the network, in TLS or in unpacking, is one and the same: no answer.</summary>
    private async Task<(HttpStatusCode Status, AnswerBody Body)> ReceiveAsync(
        Uri address, string api, byte[]? content, string? bearer, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(AttemptTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using HttpRequestMessage request = Request(address, api, content, bearer);
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.Headers.Date is { } date && !WeChatApiException.IsForeign(api))
                _serverDate = new ServerDate(date, _time.GetTimestamp());
            return (response.StatusCode, await AnswerBody.ReadAsync(api, response.Content, either.Token));
        }
        catch (Exception exception) when (exception is not WeChatApiException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw WhyNone(api, address, exception);
        }
    }

    private static WeChatApiException Refused(string api, HttpStatusCode status, ReadOnlySpan<byte> body)
    {
        Sentence what = $"HTTP status {(int)status}, {AnswerShape.Of(body)}";
        return WeChatApiException.IsForeign(api) && status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? WeChatApiException.KeyRefused(api, what) : WeChatApiException.NoAnswer(api, what);
    }

    private WeChatApiException WhyNone(string api, Uri address, Exception exception) => exception switch
    {
        OperationCanceledException => WeChatApiException.Unreachable(api, $"none within {AttemptTimeout.TotalSeconds:0.#} s from {address.Host}"),
        HttpRequestException http => WeChatApiException.Unreachable(api, $"{http.HttpRequestError} at {address.Host}{CauseOf(http)}"),
        IOException => WeChatApiException.Unreachable(api, $"the connection to {address.Host} broke{CauseOf(exception)}"),
        InvalidDataException or InvalidOperationException => WeChatApiException.NoAnswer(api, "the body is not compressed as its header says"),
        _ => WeChatApiException.NoAnswer(api, $"it could not be received ({exception.GetType().Name})"),
    };

    // The text of an HTTP error may repeat a line of what came; only those of the machine's own network and of TLS are told.
    private static string CauseOf(Exception exception) => exception.GetBaseException() switch
    {
        SocketException socket => $": {socket.SocketErrorCode}",
        AuthenticationException tls => $": {tls.Message.TrimEnd('.')}",
        HttpIOException broken => $": {broken.HttpRequestError}",
        _ => "",
    };

    private static HttpRequestMessage Request(Uri address, string api, byte[]? content, string? bearer)
    {
        var request = new HttpRequestMessage(content is null ? HttpMethod.Get : HttpMethod.Post, address);
        if (content is not null)
        {
            request.Content = new ByteArrayContent(content);
            request.Content.Headers.ContentType = new(WeChatApiException.IsForeign(api) ? "text/plain" : "application/json") { CharSet = "utf-8" };
        }

        if (!string.IsNullOrEmpty(bearer))
            request.Headers.Authorization = new("Bearer", bearer);
        return request;
    }

    private sealed record ServerDate(DateTimeOffset Date, long Timestamp);
}

/// <summary>Turns the body of an answer to <paramref name="api"/> into what it says, or throws the error it says.</summary>
internal delegate T AnswerParser<out T>(string api, ReadOnlySpan<byte> body);
