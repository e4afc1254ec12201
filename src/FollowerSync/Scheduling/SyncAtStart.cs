using FollowerSync.Accounts;
using FollowerSync.Runs;
using FollowerSync.Sync;
using Microsoft.Extensions.Options;

namespace FollowerSync.Scheduling;

/// <summary>When the worker starts, closes the runs a dead process left behind, syncs the accounts that have never been synced, whose last run was broken off or that missed
/// their time, and takes up nights that are to be tried again.</summary>
internal sealed partial class SyncAtStart(
    FindLastRun findLastRun, AbandonDeadRuns abandonDeadRuns, StartFirings firings, TimeProvider time, IOptions<WeChatOptions> accounts, ILogger<SyncAtStart> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<AccountOptions> left = [.. accounts.Value.Accounts];
        for (int tries = 1; left.Count > 0; tries++)
        {
            foreach (AccountOptions account in left.ToArray())
            {
                if (await TryAsync(account, firings.PauseOf(tries), stoppingToken))
                    left.Remove(account);
            }

            if (left.Count > 0)
                await Task.Delay(firings.PauseOf(tries), time, stoppingToken);
        }
    }

    /// <returns>False when the account is to be looked at again.</returns>
    private async Task<bool> TryAsync(AccountOptions account, TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await abandonDeadRuns(account, cancellationToken);
            SyncRun? last = await findLastRun(account.AppId, cancellationToken);
            await firings.FireIfDueAsync(account, last, cancellationToken);
            return true;
        }
        catch (Exception exception) when (PassingFailure.Is(exception))
        {
            LogLater(account.DisplayName, pause, exception.Message);
            return false;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(exception, account.DisplayName);
            return true;
        }
    }

    [LoggerMessage(3120, LogLevel.Warning, "Whether {Account} needs a sync at once could not be found out; it is looked at again in {Pause}. {Reason}")]
    private partial void LogLater(string account, TimeSpan pause, string reason);

    [LoggerMessage(3121, LogLevel.Error, "Whether {Account} needs a sync at once could not be found out; its schedule holds")]
    private partial void LogFailed(Exception exception, string account);
}
