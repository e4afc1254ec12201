using FollowerSync.Accounts;
using FollowerSync.Runs;

namespace FollowerSync.Sync;

/// <summary>A run and what follows it.</summary>
internal sealed partial class SyncWithFollowUps(SyncRunner runner, IEnumerable<IAfterRun> afterwards, ILogger<SyncWithFollowUps> logger)
{
    /// <summary>Runs, and then does what follows a run that ended so.</summary>
    /// <returns>The run, as <see cref="SyncRunner.RunAsync"/> returns it.</returns>
    public async Task<SyncRun> RunAsync(AccountOptions account, SyncTrigger trigger, IProgress<SyncProgress>? progress, CancellationToken cancellationToken)
    {
        SyncRun run = await runner.RunAsync(account, trigger, progress, cancellationToken);
        foreach (IAfterRun work in afterwards.Where(work => work.Follows(run.Status)))
        {
            try
            {
                await work.DoAsync(account, run, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return run;
            }
#pragma warning disable CA1031 // Whatever fails here, the run has ended as it has, and the other works follow.
            catch (Exception exception)
            {
                LogNotDone(exception, work.Name, account.DisplayName, exception.Message);
            }
#pragma warning restore CA1031
        }

        return run;
    }

    [LoggerMessage(3615, LogLevel.Warning, "After the run, {Work} of account {Account} did not come to its end; the next run does it. {Reason}")]
    private partial void LogNotDone(Exception exception, string work, string account, string reason);
}
