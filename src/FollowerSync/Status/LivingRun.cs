using FollowerSync.Runs;

namespace FollowerSync.Status;

/// <summary>Tells a run that goes on from one whose process died: the record of both says that it runs, until the next run closes it.</summary>
internal static class LivingRun
{
    /// <summary>The run as it is.</summary>
    /// <param name="run">As its record has it.</param>
    /// <param name="isLeased">Whether a process that lives has its account.</param>
    public static SyncRun AsItIs(SyncRun run, bool isLeased) => run.Status != RunStatus.Running || isLeased ? run : run with
    {
        Status = RunStatus.Abandoned,
        Error = "Broken off: its process died, or does not reach the database. What it stored is right; the next run goes on from there.",
    };
}
