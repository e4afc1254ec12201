using FollowerSync.Accounts;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Errors;
using Microsoft.Extensions.Options;

namespace FollowerSync.WeChat;

/// <summary>Asks WeChat who a visitor is. Nothing is tried twice: a visitor waits, and a code works once. These calls have no daily limit and
/// need no access token of the account. They have connections of their own beside those of a sync, and less patience; which of WeChat's hosts answers, both learn
/// from each other.</summary>
internal sealed partial class VisitorClient(IOptions<WeChatOptions> options, HostRotation hosts, AccountSecrets secrets, TimeProvider time, ILogger<VisitorClient> logger) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly WeChatTransport _transport = new(
        Options.Create(new WeChatOptions { AttemptTimeout = options.Value.AttemptTimeout < Patience ? options.Value.AttemptTimeout : Patience }), hosts, time);

    public void Dispose() => _transport.Dispose();

    /// <summary>Exchanges a code for the visitor's openid; with a newer AppSecret when the one at hand is refused.</summary>
    /// <exception cref="WeChatApiException">No openid; <see cref="Reaction.FreshCode"/> means the code.</exception>
    public async Task<VisitorToken> ExchangeAsync(AccountOptions account, string code, CancellationToken cancellationToken)
    {
        string tried = secrets.FingerprintOf(account);
        try
        {
            return await AskAsync(account, code, cancellationToken);
        }
        catch (WeChatApiException refused) when (refused.Due.IsSetting && secrets.HasAnother(account, tried))
        {
            LogAnotherSecret(account.DisplayName);
            return await AskAsync(account, code, cancellationToken);
        }
    }

    /// <summary>What the visitor agreed to tell.</summary>
    /// <exception cref="WeChatApiException">WeChat does not tell.</exception>
    public Task<VisitorProfile> GetProfileAsync(AccountOptions account, string accessToken, string openId, CancellationToken cancellationToken) => _transport.CallAsync(
        WeChatApi.SnsUserInfo,
        $"?access_token={Uri.EscapeDataString(accessToken)}&openid={Uri.EscapeDataString(openId)}&lang={account.Language}",
        content: null,
        (api, body) => AnswerReader.ReadOne(api, body, VisitorProfile.Read, isTokenCall: false),
        cancellationToken);

    private Task<VisitorToken> AskAsync(AccountOptions account, string code, CancellationToken cancellationToken) => _transport.CallAsync(
        WeChatApi.SnsAccessToken,
        $"?appid={account.AppId}&secret={Uri.EscapeDataString(secrets.Of(account).AppSecret)}&code={Uri.EscapeDataString(code)}&grant_type=authorization_code",
        content: null,
        (api, body) => AnswerReader.ReadOne(api, body, VisitorToken.Read, isTokenCall: true),
        cancellationToken);

    [LoggerMessage(3906, LogLevel.Information, "The secret of account {Account} was refused, and there is a newer one: it is tried at once")]
    private partial void LogAnotherSecret(string account);
}
