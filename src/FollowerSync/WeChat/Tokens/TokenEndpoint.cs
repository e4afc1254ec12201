using System.Text.Encodings.Web;
using System.Text.Json;
using FollowerSync.Accounts;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat.Tokens;

/// <summary>Fetches a token from whichever service an account's settings name.</summary>
internal sealed class TokenEndpoint(WeChatTransport transport, TimeProvider time)
{
    private static readonly JsonSerializerOptions PlainText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Longest time of one attempt.</summary>
    public TimeSpan AttemptTimeout => transport.AttemptTimeout;

    /// <summary>The API a call for this account goes to, for the ledger and for errors.</summary>
    public static string ApiOf(AccountOptions account) => account.TokenSource switch
    {
        TokenSource.Stable => WeChatApi.StableToken,
        TokenSource.Classic => WeChatApi.ClassicToken,
        _ => account.TokenAddress!.GetLeftPart(UriPartial.Authority),
    };

    /// <summary>One attempt. <c>stable_token</c> is never asked to force a refresh: that would void the token of every other program.</summary>
    /// <exception cref="WeChatApiException">No token; the reaction says what to do.</exception>
    public Task<AccessToken> FetchAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        switch (account.TokenSource)
        {
            case TokenSource.Stable:
                byte[] body = JsonSerializer.SerializeToUtf8Bytes(
                    new { grant_type = "client_credential", appid = account.AppId, secret = account.AppSecret, force_refresh = false }, PlainText);
                return transport.CallAsync(WeChatApi.StableToken, "", body, Read, cancellationToken);

            case TokenSource.Classic:
                string query = $"?grant_type=client_credential&appid={Uri.EscapeDataString(account.AppId)}&secret={Uri.EscapeDataString(account.AppSecret)}";
                return transport.CallAsync(WeChatApi.ClassicToken, query, content: null, Read, cancellationToken);

            default:
                return transport.CallForeignAsync(account.TokenAddress!, account.TokenBearer, Read, cancellationToken);
        }
    }

    private AccessToken Read(string api, ReadOnlySpan<byte> body) => AnswerReader.ReadToken(api, body, time.GetUtcNow());
}
