using FollowerSync.Accounts;
using FollowerSync.Languages;
using FollowerSync.Leases;
using FollowerSync.Logging;
using FollowerSync.Sync;
using Microsoft.Extensions.Options;

namespace FollowerSync.StatusPage.Acting;

/// <summary>Does what people ask for on the page, by the code of the command line's verbs. It goes on when the browser has left, and ends with the worker.</summary>
internal sealed partial class PageActions(
    ActionLog log, ActionParts parts, IOptions<WeChatOptions> weChat, SecretMask mask, IHostApplicationLifetime lifetime, ILogger<PageActions> logger)
{
    /// <summary>Who asks waits so long for what comes of it; an approval of many people takes minutes.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Closing = TimeSpan.FromSeconds(3);

    /// <summary>Notes the action, begins it, and waits a little for its end.</summary>
    public async Task DoAsync(AskedAction asked, CancellationToken cancellationToken)
    {
        long id = await log.BeginAsync(asked, cancellationToken);
        LogAsked(asked.Name, asked.AppId, asked.Address, id);
        Task work = Task.Run(() => WorkAsync(id, asked, lifetime.ApplicationStopping), CancellationToken.None);
        await work.WaitAsync(Patience, parts.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WorkAsync(long id, AskedAction asked, CancellationToken cancellationToken)
    {
        ActionEnd end;
        try
        {
            end = await ActAsync(asked, cancellationToken);
        }
        catch (Exception exception) when (exception is NotHeldException or MoreHeldException or RunActiveException)
        {
            end = new ActionEnd("refused", Error: Told(exception));
        }
#pragma warning disable CA1031 // Whatever it meets, the log of actions says so; the worker goes on.
        catch (Exception exception)
        {
            LogFailed(exception, asked.Name, asked.AppId);
            end = new ActionEnd("failed", Error: cancellationToken.IsCancellationRequested ? "The worker was stopped meanwhile." : Told(exception));
        }

        try
        {
            using CancellationTokenSource deadline = new(Closing, parts.Time);
            await log.EndAsync(id, end, deadline.Token);
        }
        catch (Exception exception)
        {
            LogNotNoted(exception, id);
        }
#pragma warning restore CA1031
    }

    private async Task<ActionEnd> ActAsync(AskedAction asked, CancellationToken cancellationToken) => asked.Kind switch
    {
        ActionKind.Sync => await SyncAsync(asked, cancellationToken),
        ActionKind.Approve => Done(await parts.Approval.ApproveAsync(asked.RunId!.Value, asked.Seen, weChat.Value.Accounts, cancellationToken)),
        ActionKind.Reject => Done(await parts.Approval.RejectAsync(asked.RunId!.Value, asked.Seen, cancellationToken)),
        ActionKind.Pause => await parts.Pauses.PauseAsync(asked.AppId, asked.Actor, cancellationToken) ? new ActionEnd("done") : new ActionEnd("refused", Error: "The account was paused already."),
        _ => await parts.Pauses.ResumeAsync(asked.AppId, cancellationToken) ? new ActionEnd("done") : new ActionEnd("refused", Error: "The account was not paused."),
    };

    private async Task<ActionEnd> SyncAsync(AskedAction asked, CancellationToken cancellationToken)
    {
        if (weChat.Value.Accounts.FirstOrDefault(account => account.AppId == asked.AppId) is not { } account)
            return new ActionEnd("refused", Error: "The settings of this worker do not name the account.");
        await parts.StartSync(account, cancellationToken);
        return new ActionEnd("done");
    }

    private Sentence Told(Exception exception) => SentenceException.TextOf(exception).With(mask.Mask);

    private static ActionEnd Done(ApprovalResult result) => new("done", new Dictionary<string, long>(StringComparer.Ordinal)
    {
        ["unsubscribed"] = result.Unsubscribed,
        ["staying"] = result.Staying,
        ["unionids_changed"] = result.UnionIdsChanged,
        ["unionids_kept"] = result.UnionIdsKept,
    });

    private static ActionEnd Done(RejectionResult result) => new("done", new Dictionary<string, long>(StringComparer.Ordinal)
    {
        ["leaving_kept"] = result.Leaving,
        ["unionids_kept"] = result.UnionIds,
    });

    [LoggerMessage(3501, LogLevel.Information, "On the status page somebody at {Address} asked to {Action} account {AppId}: action {ActionId} of followersync.page_actions")]
    private partial void LogAsked(string action, string appId, string address, long actionId);

    [LoggerMessage(3502, LogLevel.Warning, "What the status page was asked for, {Action} of account {AppId}, failed")]
    private partial void LogFailed(Exception exception, string action, string appId);

    [LoggerMessage(3503, LogLevel.Warning, "The end of action {ActionId} could not be noted in followersync.page_actions")]
    private partial void LogNotNoted(Exception exception, long actionId);
}
