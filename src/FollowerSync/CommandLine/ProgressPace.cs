using FollowerSync.Runs;

namespace FollowerSync.CommandLine;

/// <summary>How fast a run of one account moves, by what it did in the last half minute.</summary>
internal sealed class ProgressPace(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    /// <summary>What a shorter time shows is chance.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    private readonly Queue<(long At, long Done)> _listed = new();
    private readonly Queue<(long At, long Done)> _fetched = new();

    /// <summary>Takes a sample and returns the pace.</summary>
    public Pace Sample(SyncProgress progress) => new(PerSecond(_listed, progress.Listed), PerSecond(_fetched, progress.Fetched));

    // The time before the first one was done says nothing about the next.
    private double PerSecond(Queue<(long At, long Done)> samples, long done)
    {
        long now = time.GetTimestamp();
        samples.Enqueue((now, done));
        while (samples.Count > 2 && (time.GetElapsedTime(samples.Peek().At, now) > Window || samples.ElementAt(1).Done == 0))
            samples.Dequeue();

        (long at, long before) = samples.Peek();
        TimeSpan elapsed = time.GetElapsedTime(at, now);
        return elapsed < Shortest ? 0 : Math.Max(0, done - before) / elapsed.TotalSeconds;
    }
}

/// <summary>How fast a run moves; 0 while it cannot be told.</summary>
/// <param name="Listed">Openids listed a second.</param>
/// <param name="Fetched">Profiles answered a second.</param>
internal readonly record struct Pace(double Listed, double Fetched);
