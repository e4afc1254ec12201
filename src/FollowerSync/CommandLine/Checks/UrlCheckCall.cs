using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using FollowerSync.Accounts;
using FollowerSync.Languages;
using FollowerSync.Push;
using FollowerSync.WeChat.Calls;

namespace FollowerSync.CommandLine.Checks;

/// <summary>Calls an address as WeChat does when it is entered in the console: signed, with a text that has to come back.</summary>
internal sealed class UrlCheckCall(TimeProvider time) : IDisposable
{
    // WeChat's own.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Larger than what is expected, smaller than what would hurt.
    private const int LargestAnswer = 64 * 1024;

    private readonly HttpClient _http = new(OutboundHandler.Create()) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };

    /// <returns>What is wrong and what to do; null when WeChat would be content.</returns>
    public async Task<(Sentence What, Sentence Remedy)?> LackAsync(Uri address, AccountOptions account, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(Patience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        string echo = RandomNumberGenerator.GetHexString(16);
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync(AddressOf(address, account, echo), either.Token);
            return Judge(answer.StatusCode, await answer.Content.ReadAsStringAsync(either.Token) == echo);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return WhyNone(exception);
        }
    }

    public void Dispose() => _http.Dispose();

    private Uri AddressOf(Uri address, AccountOptions account, string echo)
    {
        string timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        string nonce = RandomNumberGenerator.GetHexString(16);
        string path = UrlCheck.Path.Replace("{appId}", account.AppId, StringComparison.Ordinal);
        return new Uri(address, $"{path}?signature={PushSignature.Of(account.Push.Token, timestamp, nonce)}&timestamp={timestamp}&nonce={nonce}&echostr={echo}");
    }

    private static (Sentence What, Sentence Remedy)? Judge(HttpStatusCode status, bool isEcho) => (int)status switch
    {
        200 when isEcho => null,
        200 => ("answers with another text", "Another program answers there, or the reverse proxy drops the query: hand it on whole ($is_args$args)."),
        403 => ("refuses the signature", "The worker there has another Push:Token, or the clocks are more than 10 minutes apart: restart the worker with these settings."),
        404 => ("answers 404", "Another program answers there, or the reverse proxy hands on another path: /wechat/ must come to the public listener as it is. If it does, the worker there does not know this account's Push:Token."),
        >= 300 and < 400 => ("redirects, which WeChat does not follow", "Let the reverse proxy hand /wechat/ on itself."),
        502 or 503 or 504 => ($"answers {(int)status}", "The reverse proxy does not get through to the public listener: check its target against Arrivals:Url, and the firewall between them."),
        _ => ($"answers {(int)status}", "Look into the log of the reverse proxy."),
    };

    private static (Sentence What, Sentence Remedy) WhyNone(Exception exception) => exception switch
    {
        OperationCanceledException => ((Sentence)"does not answer within 5 s, and WeChat waits no longer", (Sentence)"Check the reverse proxy and the firewall. Some networks do not let their own machines reach them from outside: then try from elsewhere."),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => ("is no known name", "Enter it in the DNS, or correct Arrivals:PublicBase."),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => ($"has no certificate that WeChat would accept{CauseOf(exception)}", "Give the reverse proxy a certificate of a public authority for this name, with its whole chain."),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => ($"does not take connections{CauseOf(exception)}", "Check that the reverse proxy runs and that the firewall lets WeChat through to its port."),
        _ => ($"gives no answer that can be read ({exception.GetType().Name})", "Check that an http server is there."),
    };

    private static Sentence CauseOf(Exception exception) => exception.GetBaseException() switch
    {
        SocketException socket => (Sentence)$" ({socket.SocketErrorCode})",
        AuthenticationException tls => $" ({tls.Message.TrimEnd('.')})",
        _ => "",
    };
}
