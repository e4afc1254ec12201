using FollowerSync.Runs;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Status;

/// <summary>A run, for people.</summary>
/// <param name="Account">Name of its account.</param>
/// <param name="Run">The run as it is: one whose process died is abandoned, whatever its record says.</param>
/// <param name="Took">How long it took, or has been running.</param>
internal sealed record RunView(string Account, SyncRun Run, TimeSpan Took)
{
    /// <summary>WeChat's answer that <see cref="SyncRun.Error"/> tells of; null when it tells of none.</summary>
    public ToldError? Answer { get; } = ToldError.Of(Run.Error?.ToString());

    /// <summary>The parts of the run that it got to, in order, and how long they took; none of a run of arrivals.</summary>
    public IReadOnlyList<RunPhase> Phases { get; } =
    [
        .. new (SyncPhase Phase, TimeSpan? Took)[]
        {
            (SyncPhase.Listing, Run.ListingTook), (SyncPhase.Confirming, Run.ConfirmingTook), (SyncPhase.Refreshing, Run.RefreshingTook), (SyncPhase.Closing, Run.ClosingTook),
        }.Where(phase => phase.Took is not null).Select(phase => new RunPhase(phase.Phase, phase.Took!.Value)),
    ];
}

/// <param name="Phase">A part of a run.</param>
/// <param name="Took">How long it took, until the counts were written last while the run goes on.</param>
internal sealed record RunPhase(SyncPhase Phase, TimeSpan Took);
