using FollowerSync.Accounts;

namespace FollowerSync.Runs;

/// <summary>Work on an account that follows a run and is no part of it: it changes neither the run's record nor how it ended.</summary>
internal interface IAfterRun
{
    /// <summary>What it does, for the log: "reading the tags".</summary>
    public string Name { get; }

    /// <summary>Whether the work follows a run that ended so: by default one in which WeChat and the database have answered, so that there is use in it.</summary>
    public bool Follows(RunStatus status) => status is RunStatus.Succeeded or RunStatus.Partial or RunStatus.Held;

    /// <summary>Does the work, if it is due.</summary>
    /// <param name="account">The account.</param>
    /// <param name="run">The run that ended.</param>
    /// <param name="cancellationToken">Ends the work; the next run does it again.</param>
    public Task DoAsync(AccountOptions account, SyncRun run, CancellationToken cancellationToken);
}
