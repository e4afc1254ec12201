using FollowerSync.Runs;

namespace FollowerSync.Status;

/// <summary>Runs of arrivals that ended alike, counted: they come by the thousand a day.</summary>
internal sealed record ArrivalRuns
{
    public RunStatus Status { get; init; }

    public long Runs { get; init; }

    public long Added { get; init; }

    public long Rejected { get; init; }
}
