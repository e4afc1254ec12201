using System.Text.Encodings.Web;
using System.Text.Json;
using FollowerSync.Accounts;
using FollowerSync.Logging;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat.Tokens;

/// <summary>Fetches a token from whichever service an account's settings name. It is a secret before anybody else gets it.</summary>
internal sealed class TokenEndpoint(WeChatTransport transport, RedisTokenReader redis, AccountSecrets secrets, SecretMask mask)
{
    private static readonly JsonSerializerOptions PlainText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The API a call for this account goes to, for the ledger and for errors.</summary>
    public static string ApiOf(AccountOptions account) => account.TokenSource switch
    {
        TokenSource.Stable => WeChatApi.StableToken,
        TokenSource.Classic => WeChatApi.ClassicToken,
        TokenSource.Redis => RedisTokenReader.ApiOf(account),
        _ => account.TokenAddress!.GetLeftPart(UriPartial.Authority),
    };

    /// <summary>One attempt. <c>stable_token</c> is never asked to force a refresh: that would void the token of every other program.</summary>
    /// <exception cref="WeChatApiException">No token; the reaction says what to do.</exception>
    public async Task<AccessToken> FetchAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        AccessToken token = await AskAsync(account, cancellationToken);
        mask.RegisterToken(token.Value);
        return token;
    }

    private Task<AccessToken> AskAsync(AccountOptions account, CancellationToken cancellationToken)
    {
        AccountSecret secret = secrets.Of(account);
        switch (account.TokenSource)
        {
            case TokenSource.Stable:
                byte[] body = JsonSerializer.SerializeToUtf8Bytes(
                    new { grant_type = "client_credential", appid = account.AppId, secret = secret.AppSecret, force_refresh = false }, PlainText);
                return transport.CallAsync(WeChatApi.StableToken, "", body, AnswerReader.ReadToken, cancellationToken);

            case TokenSource.Classic:
                string query = $"?grant_type=client_credential&appid={Uri.EscapeDataString(account.AppId)}&secret={Uri.EscapeDataString(secret.AppSecret)}";
                return transport.CallAsync(WeChatApi.ClassicToken, query, content: null, AnswerReader.ReadToken, cancellationToken);

            case TokenSource.Redis:
                return redis.ReadAsync(account, cancellationToken);

            default:
                return transport.CallForeignAsync(secret.TokenAddress!, secret.TokenBearer, AnswerReader.ReadToken, cancellationToken);
        }
    }
}
