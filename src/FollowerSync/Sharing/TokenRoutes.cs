using System.Text;
using FollowerSync.Accounts;
using FollowerSync.Web;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Tokens;
using Microsoft.Extensions.Options;

namespace FollowerSync.Sharing;

/// <summary>The token service on the inner listener: <c>GET /token/APPID</c>, and <c>POST /token/APPID/refused</c> for who saw 40001 or 42001. One fetch an
/// expiry, whoever asks.</summary>
internal sealed partial class TokenRoutes(
    IOptions<TokenOptions> options, IOptions<WeChatOptions> accounts, TokenClients clients, WeChatClients weChat, RefusedRequests refused, ILogger<TokenRoutes> logger) : IInnerRoutes
{
    // Who would have to wait longer is told to come again; the account's own calls are not held up meanwhile.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(5);

    private const int SecondsUntilAgain = 10;

    private readonly WeChatClients _once = weChat.Once();

    public void Map(IEndpointRouteBuilder routes)
    {
        if (!clients.Any)
            return;
        string path = options.Value.Service.Path;
        routes.MapGet($"{path}/{{appid}}", (string appid, HttpContext http) => AnswerAsync(appid, http, account => _once.GetTokenAsync(account, LongestTurn, CancellationToken.None)));
        routes.MapPost($"{path}/{{appid}}/refused", (string appid, HttpContext http) => AnswerAsync(appid, http, account => ReplaceAsync(account, http)));
    }

    private async Task<IResult> AnswerAsync(string appId, HttpContext http, Func<AccountOptions, Task<AccessToken>> get)
    {
        http.Response.Headers.CacheControl = "no-store";
        if (clients.AccountsOf(http.Request.Headers.Authorization) is not { } allowed)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return Refuse(http, StatusCodes.Status401Unauthorized, "Send Authorization: Bearer with the secret of Token:Service:Clients.");
        }

        if (accounts.Value.Accounts.FirstOrDefault(one => string.Equals(one.AppId, appId, StringComparison.OrdinalIgnoreCase)) is not { } account)
            return Refuse(http, StatusCodes.Status404NotFound, "There is no such account in the settings.");
        if (!allowed.Contains(account))
            return Refuse(http, StatusCodes.Status403Forbidden, "This client may not have the token of this account.");
        try
        {
            // A caller who hangs up ends the own wait alone: what WeChat is about to give out is kept for the next one.
            AccessToken token = await get(account).WaitAsync(http.RequestAborted);
            return Results.Json(new Dictionary<string, object>(StringComparer.Ordinal) { ["access_token"] = token.Value, ["expires_in"] = Math.Max(0, (long)token.Left.TotalSeconds) });
        }
        catch (BadHttpRequestException bad)
        {
            return Refuse(http, bad.StatusCode, bad.Message);
        }
        catch (Exception exception) when (!http.RequestAborted.IsCancellationRequested)
        {
            return LaterAsync(http, account, exception);
        }
    }

    private async Task<AccessToken> ReplaceAsync(AccountOptions account, HttpContext http)
    {
        byte[] body = new byte[TokenRule.Longest + 64];
        int length = await http.Request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, http.RequestAborted);
        if (length == body.Length)
            throw new BadHttpRequestException("The body is too long to be a token.", StatusCodes.Status413PayloadTooLarge);
        string token = Encoding.UTF8.GetString(body, 0, length).Trim();
        if (!TokenRule.IsToken(token) || token.IndexOfAny(['{', '"', '&']) >= 0 || token.TrimEnd('=').Contains('='))
            throw new BadHttpRequestException("The body must be the token that WeChat refused, and nothing else.", StatusCodes.Status400BadRequest);
        return await _once.ReplaceTokenAsync(account, token, LongestTurn, CancellationToken.None);
    }

    private IResult Refuse(HttpContext http, int status, string why)
    {
        refused.Add(status, http.Connection.RemoteIpAddress);
        return Results.Json(new Dictionary<string, string>(StringComparer.Ordinal) { ["error"] = why }, statusCode: status);
    }

    private IResult LaterAsync(HttpContext http, AccountOptions account, Exception exception)
    {
        LogNone(account.DisplayName, exception is WeChatApiException ? exception.Message : exception.GetType().Name);
        http.Response.Headers.RetryAfter = FormattableString.Invariant($"{SecondsUntilAgain}");
        return Refuse(http, StatusCodes.Status503ServiceUnavailable, "No token is to be had now; the status of FollowerSync says why. Try again later.");
    }

    [LoggerMessage(3307, LogLevel.Debug, "The token service has no token for {Account}: {Reason}")]
    private partial void LogNone(string account, string reason);
}
