using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Leases;
using FollowerSync.Runs;
using FollowerSync.WeChat.Errors;
using Npgsql;

namespace FollowerSync.Sync;

/// <summary>A run and what follows it.</summary>
internal sealed partial class AccountSync(SyncRunner runner, IEnumerable<IAfterRun> afterwards, ILogger<AccountSync> logger)
{
    /// <summary>Runs, and then does what is due afterwards, unless WeChat or the database is away.</summary>
    /// <returns>The run, as <see cref="SyncRunner.RunAsync"/> returns it.</returns>
    public async Task<SyncRun> RunAsync(AccountOptions account, SyncTrigger trigger, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        SyncRun run = await runner.RunAsync(account, trigger, progress, cancellationToken);
        if (run.Status is not (RunStatus.Succeeded or RunStatus.Partial or RunStatus.Held))
            return run;

        foreach (IAfterRun work in afterwards)
        {
            try
            {
                await work.DoAsync(account, run, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return run;
            }
            catch (Exception exception) when (exception is NpgsqlException or DatabaseException or WeChatApiException or RunActiveException or LeaseLostException)
            {
                LogNotDone(exception, work.Name, account.DisplayName, exception.Message);
            }
        }

        return run;
    }

    [LoggerMessage(LogLevel.Warning, "After the run, {Work} of account {Account} did not come to its end; the next run does it. {Reason}")]
    private partial void LogNotDone(Exception exception, string work, string account, string reason);
}
