using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using FollowerSync.Languages;
using FollowerSync.Logging;
using FollowerSync.WeChat.Calls;

namespace FollowerSync.Alerts.Channels;

/// <summary>Posts JSON to robots and webhooks. It writes no log and no span, since the secret stands in the path of some addresses, and follows nobody
/// elsewhere.</summary>
internal sealed class AlertHttp(SecretMask mask) : IDisposable
{
    /// <summary>Time one post may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const int LargestAnswer = 64 * 1024;

    private readonly HttpClient _http = NewClient();

    /// <summary>The clock of the patience.</summary>
    public required TimeProvider Time { get; init; }

    /// <returns>The answer; or what happened instead of one.</returns>
    public async Task<(HttpAnswer? Answer, Delivery? Failure)> PostAsync(Uri address, byte[] json, string bearer, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, address) { Content = new ByteArrayContent(json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        if (bearer.Length > 0)
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {bearer}");
        return await SendAsync(request, cancellationToken);
    }

    public async Task<(HttpAnswer? Answer, Delivery? Failure)> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(Patience, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token);
            return (new HttpAnswer(response.StatusCode, await response.Content.ReadAsByteArrayAsync(either.Token)), null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, Delivery.Passing($"no answer within {Patience.TotalSeconds:0} s", isUncertain: true));
        }
        catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.SecureConnectionError && IsDistrust(exception))
        {
            return (null, Delivery.Refused("no encrypted connection: the certificate is not trusted, or the other side speaks no TLS", isSetting: true) with { Answer = Said(exception.GetBaseException().Message) });
        }
        // Whatever fails on the way is one and the same: no answer.
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            bool wasReached = exception is not HttpRequestException
            {
                HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError or HttpRequestError.SecureConnectionError,
            };
            return (null, Delivery.Passing(wasReached ? (Sentence)"the connection broke before an answer came" : "it cannot be reached", wasReached) with { Answer = Said(exception.GetBaseException().Message) });
        }
    }

    /// <summary>Whether encryption failed for good: by the certificate, or as the other side speaks something else. All other failures of it pass, such as a connection
    /// that broke meanwhile.</summary>
    public static bool IsDistrust(Exception exception) => exception.GetBaseException() is AuthenticationException;

    /// <summary>What somebody else said, fit to be shown.</summary>
    public string Said(string text) => Printable.Of(mask.Mask(text.Length > 300 ? text[..300] : text));

    public void Dispose() => _http.Dispose();

    private static HttpClient NewClient()
    {
        SocketsHttpHandler handler = OutboundHandler.Create(Patience);
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(1);
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
    }
}

/// <summary>What came back.</summary>
internal sealed record HttpAnswer(HttpStatusCode Status, byte[] Body)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>What an answer without a word of its own comes to.</summary>
    public Delivery ByStatus() => (int)Status switch
    {
        >= 200 and < 300 => Delivery.Arrived($"HTTP {(int)Status}"),
        429 => Delivery.TooFast("HTTP 429: asked too often", TimeSpan.FromMinutes(1)),
        408 or >= 500 => Delivery.Passing($"HTTP {(int)Status}"),
        401 or 403 => Delivery.Refused($"HTTP {(int)Status}: it does not take the secret, or this machine's address", isSetting: true),
        404 or 405 or (>= 300 and < 400) => Delivery.Refused($"HTTP {(int)Status}: nothing takes alerts at this address", isSetting: true),
        _ => Delivery.Refused($"HTTP {(int)Status}"),
    };
}
