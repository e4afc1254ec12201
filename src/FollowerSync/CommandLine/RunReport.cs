using FollowerSync.Runs;
using FollowerSync.Status;
using FollowerSync.Sync;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.CommandLine;

/// <summary>A run as <c>runs --json</c> writes it.</summary>
/// <param name="Account">Name of its account.</param>
/// <param name="TookSeconds">How long it took, or has been running.</param>
/// <param name="Answer">WeChat's answer that it did not get over; null when there was none.</param>
/// <param name="Run">The run.</param>
internal sealed record RunReport(string Account, double TookSeconds, ToldError? Answer, SyncRun Run)
{
    public static RunReport Of(RunView view) => new(view.Account, Math.Round(view.Took.TotalSeconds, 3), view.Answer, view.Run);
}

/// <summary>What <c>runs --json</c> writes.</summary>
/// <param name="Since">From when on.</param>
/// <param name="Runs">Newest first.</param>
/// <param name="Arrivals">The runs of arrivals, counted.</param>
/// <param name="More">Whether there are older ones than are told.</param>
internal sealed record RunsReport(DateTimeOffset Since, IReadOnlyList<RunReport> Runs, IReadOnlyList<ArrivalRuns> Arrivals, bool More);

/// <summary>What <c>run RUN_ID --json</c> writes.</summary>
internal sealed record WholeRunReport(
    string Account, double TookSeconds, ToldError? Answer, SyncRun Run, IReadOnlyList<RunPhase> Phases, HeldReport? Held, IReadOnlyList<RunRefusals> Refusals)
{
    public static WholeRunReport Of(RunDetails details)
    {
        RunReport run = RunReport.Of(details.View);
        return new WholeRunReport(run.Account, run.TookSeconds, run.Answer, run.Run, details.View.Phases, HeldReport.Of(details.Held), details.Refusals);
    }
}

/// <summary>What is held, as <c>approve --show --json</c> tells it.</summary>
internal sealed record HeldReport(long Leaving, long Unionids, DateTimeOffset? HeldSince, DateTimeOffset? CountedAt, IReadOnlyList<HeldShare> ByScene, IReadOnlyList<HeldShare> ByMonth, IReadOnlyList<HeldShare> ByTag)
{
    public static HeldReport? Of(HeldChanges? held) => held is null ? null : new HeldReport(held.Amount.Leaving, held.Amount.UnionIds, held.HeldSince, held.CountedAt, held.Shares.ByScene, held.Shares.ByMonth, held.Shares.ByTag);
}
