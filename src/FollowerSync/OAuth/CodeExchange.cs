using System.Collections.Concurrent;
using FollowerSync.Logging;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.OAuth;

/// <summary>Asks WeChat who brought a code. What fails is told in the log, once an outage, and never to the visitor.</summary>
internal sealed partial class CodeExchange(VisitorClient client, TimeProvider time, ILogger<CodeExchange> logger)
{
    // The openid is known by then; a visitor does not wait long for a nickname.
    private static readonly TimeSpan ProfileDeadline = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<(string AppId, string Api), Outage> _outages = new();
    private long _failed;

    /// <summary>Visitors that were sent on without openid since the start, as WeChat did not say who they are.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    public async Task<CodeAnswer> AskAsync(AuthorizingAccount account, string code, CancellationToken cancellationToken)
    {
        VisitorToken? token;
        try
        {
            token = await TryAsync(account, WeChatApi.SnsAccessToken, () => client.ExchangeAsync(account.Account, code, cancellationToken), cancellationToken);
        }
        catch (WeChatApiException exception) when (exception.Reaction == Reaction.FreshCode)
        {
            return new CodeAnswer(CodeAnswerKind.BadCode);
        }

        if (token is null)
        {
            Interlocked.Increment(ref _failed);
            return new CodeAnswer(CodeAnswerKind.Failed);
        }

        return token.IsSnapshot
            ? new CodeAnswer(CodeAnswerKind.Snapshot)
            : new CodeAnswer(CodeAnswerKind.Known, await WithProfileAsync(account, token, cancellationToken));
    }

    private async Task<Visitor> WithProfileAsync(AuthorizingAccount account, VisitorToken token, CancellationToken cancellationToken)
    {
        Visitor bare = new(account, token.OpenId, token.UnionId, Nickname: null);
        if (!account.AsksForProfile || token.AccessToken is not { } accessToken)
            return bare;

        using CancellationTokenSource deadline = new(ProfileDeadline, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        VisitorProfile? profile = await TryAsync(account, WeChatApi.SnsUserInfo, () => client.GetProfileAsync(account.Account, accessToken, token.OpenId, either.Token), cancellationToken);
        if (profile?.OpenId != token.OpenId)
            return bare;

        // Two answers that contradict each other about the person name nobody.
        bool isUnionIdSure = profile.UnionId is null || token.UnionId is null || profile.UnionId == token.UnionId;
        return bare with { UnionId = isUnionIdSure ? profile.UnionId ?? token.UnionId : null, Nickname = profile.Nickname };
    }

    // Null when it failed, for whatever reason but the code.
    private async Task<T?> TryAsync<T>(AuthorizingAccount account, string api, Func<Task<T>> ask, CancellationToken cancellationToken)
        where T : class
    {
        Outage outage = _outages.GetOrAdd((account.AppId, api), _ => new Outage(time));
        try
        {
            T answer = await ask();
            if (outage.End() is { } lasted)
                LogBack(account.Account.DisplayName, api, lasted);
            return answer;
        }
        catch (Exception exception) when (exception is not WeChatApiException { Reaction: Reaction.FreshCode })
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (outage.Begin())
                LogFailing(account.Account.DisplayName, api, exception is OperationCanceledException ? new TimeoutException("no answer in time") : exception);
            return null;
        }
    }

    [LoggerMessage(2501, LogLevel.Warning, "Account {Account}: {Api} does not tell who visitors are; they are sent on without what it would have told")]
    private partial void LogFailing(string account, string api, Exception exception);

    [LoggerMessage(2502, LogLevel.Information, "Account {Account}: {Api} tells who visitors are again, after {Lasted}")]
    private partial void LogBack(string account, string api, TimeSpan lasted);
}
