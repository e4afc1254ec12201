using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FollowerSync.Accounts;
using FollowerSync.Languages;
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

    /// <summary>That whoever else fetches the account's tokens still gives out the one which WeChat refuses.</summary>
    public static Sentence StillRefused(AccountOptions account) => account.TokenSource == TokenSource.Redis
        ? RedisTokenReader.StillRefused(account)
        : $"The token service at {ApiOf(account)} was told, and it still gives out the token that WeChat refuses. It must fetch another one: look whether it does when it is told of a refusal, by POST of the token to TokenAddress/refused.";

    /// <summary>One attempt. <c>stable_token</c> is never asked to force a refresh: that would void the token of every other program.</summary>
    /// <param name="account">The account.</param>
    /// <param name="refused">The token that WeChat refused and that is to be replaced; null = none was.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="WeChatApiException">No token; the reaction says what to do.</exception>
    public async Task<AccessToken> FetchAsync(AccountOptions account, string? refused, CancellationToken cancellationToken)
    {
        AccessToken token = await AskAsync(account, refused, cancellationToken);
        mask.RegisterToken(token.Value);
        return token;
    }

    private Task<AccessToken> AskAsync(AccountOptions account, string? refused, CancellationToken cancellationToken)
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
                return AskServiceAsync(secret, refused, cancellationToken);
        }
    }

    /// <summary>A service that gives out one token to all must hear that it is refused, or it never fetches another: it is told as ours is. One that does not listen is asked as ever.</summary>
    private async Task<AccessToken> AskServiceAsync(AccountSecret secret, string? refused, CancellationToken cancellationToken)
    {
        Uri address = secret.TokenAddress!;
        if (refused is not null)
        {
            Uri told = new UriBuilder(address) { Path = $"{address.AbsolutePath.TrimEnd('/')}/refused" }.Uri;
            try
            {
                return await transport.CallForeignAsync(told, Encoding.UTF8.GetBytes(refused), secret.TokenBearer, AnswerReader.ReadToken, cancellationToken);
            }
            catch (WeChatApiException exception) when (!exception.IsUnreachable)
            {
                // It has no such path, or no other token yet.
            }
        }

        return await transport.CallForeignAsync(address, content: null, secret.TokenBearer, AnswerReader.ReadToken, cancellationToken);
    }
}
