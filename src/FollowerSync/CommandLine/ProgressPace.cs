using FollowerSync.Runs;

namespace FollowerSync.CommandLine;

/// <summary>How fast a run of one account moves, by what it did in the last half minute.</summary>
internal sealed class ProgressPace(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    /// <summary>What a shorter time shows is chance.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    private readonly Queue<(long At, SyncProgress Progress)> _samples = new();

    /// <summary>Takes a sample and returns the pace.</summary>
    public Pace Sample(SyncProgress progress)
    {
        long now = time.GetTimestamp();
        _samples.Enqueue((now, progress));
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().At, now) > Window)
            _samples.Dequeue();

        (long at, SyncProgress first) = _samples.Peek();
        TimeSpan elapsed = time.GetElapsedTime(at, now);
        return elapsed < Shortest ? default : new Pace(
            Math.Max(0, progress.Listed - first.Listed) / elapsed.TotalSeconds, (progress.Fetched - first.Fetched) / elapsed.TotalSeconds);
    }
}

/// <summary>How fast a run moves; 0 while it cannot be told.</summary>
/// <param name="Listed">Openids listed a second.</param>
/// <param name="Fetched">Profiles answered a second.</param>
internal readonly record struct Pace(double Listed, double Fetched);
