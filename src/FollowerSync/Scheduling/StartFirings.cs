using FollowerSync.Accounts;
using FollowerSync.Runs;

namespace FollowerSync.Scheduling;

/// <summary>Fires what is due when the worker starts.</summary>
internal sealed partial class StartFirings(Nights nights, SyncFirings firings, ILogger<StartFirings> logger)
{
    /// <inheritdoc cref="Nights.PauseOf"/>
    public TimeSpan PauseOf(int tries) => nights.PauseOf(tries);

    /// <param name="account">The account.</param>
    /// <param name="last">Its newest run; null = it never had one.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task FireIfDueAsync(AccountOptions account, SyncRun? last, CancellationToken cancellationToken)
    {
        nights.Know(account.AppId, last?.RunId ?? 0);
        if (nights.DueAtStart(last) is not { } pause)
            return;

        if (last?.RetryAt is not null)
        {
            LogRetry(account.DisplayName, await firings.LaterAsync(account, last.Trigger, new NextTry(pause, last.RunId), cancellationToken));
            return;
        }

        LogDue(account.DisplayName, last?.Status);
        await firings.NowAsync(account, cancellationToken);
    }

    [LoggerMessage(3118, LogLevel.Information, "Syncing {Account} at once; its last run: {Status}")]
    private partial void LogDue(string account, RunStatus? status);

    [LoggerMessage(3119, LogLevel.Information, "The last run of {Account} failed for a reason that may pass; it is tried again at {Next:yyyy-MM-dd HH:mm:ss zzz}")]
    private partial void LogRetry(string account, DateTimeOffset next);
}
