using FollowerSync.Accounts;
using FollowerSync.Database;
using FollowerSync.Languages;
using FollowerSync.Runs;

namespace FollowerSync.Sync;

/// <summary>Finds the run that a person means by a number, and tells what it holds.</summary>
internal sealed class HeldRuns(FollowerDatabase database, SyncRunStore runs)
{
    /// <summary>The held run of this number. What is held belongs to the account and not to one run, so any held run of it will do.</summary>
    /// <exception cref="NotHeldException">There is no such run, or it is not held.</exception>
    public async Task<SyncRun> FindAsync(long runId, CancellationToken cancellationToken)
    {
        SyncRun run = await runs.FindAsync(runId, cancellationToken)
            ?? throw new NotHeldException($"There is no run {runId}. `followersync status` lists the runs.");
        if (run.Status == RunStatus.Held)
            return run;

        long? other = await database.RunAsync(tx => SyncRunStore.FindHeldAsync(tx, run.AppId), cancellationToken);
        throw new NotHeldException($"Run {runId} is {run.Status.ToString().ToLowerInvariant()}, not held: there is nothing to approve or reject.{(other is { } held ? $" Run {held} of the same account is held." : Sentence.Empty)}");
    }

    /// <summary>The account of the run of this number; null when there is no such run.</summary>
    public Task<string?> FindAccountAsync(long runId, CancellationToken cancellationToken) =>
        database.LookAsync(async tx => (await SyncRunStore.FindAsync(tx, runId))?.AppId, cancellationToken);

    /// <summary>The run of this number, and how much is held of its account: none when the run is not held. Null when there is no such run.</summary>
    public Task<(SyncRun Run, HeldAmount? Held)?> LookAsync(long runId, CancellationToken cancellationToken) => database.LookAsync<(SyncRun, HeldAmount?)?>(
        async tx => await SyncRunStore.FindAsync(tx, runId) is not { } run ? null : (run, run.Status == RunStatus.Held ? (await HeldChanges.CountAsync(tx, run.AppId)).Held : null),
        cancellationToken);

    /// <summary>The account of a held run.</summary>
    /// <exception cref="NotHeldException">The settings do not name it.</exception>
    public static AccountOptions AccountOf(SyncRun run, IEnumerable<AccountOptions> accounts) => accounts.FirstOrDefault(a => a.AppId == run.AppId)
        ?? throw new NotHeldException($"Run {run.RunId} is of account {run.AppId}, which is not among WeChat:Accounts.");

    /// <summary>Whom it is about, counted.</summary>
    /// <exception cref="NotHeldException">There is no such run, or it is not held.</exception>
    public async Task<(SyncRun Run, HeldChanges Changes)> ShowAsync(long runId, CancellationToken cancellationToken)
    {
        SyncRun run = await FindAsync(runId, cancellationToken);
        return (run, await database.RunAsync(tx => HeldChanges.ReadAsync(tx, run.AppId), cancellationToken));
    }
}
