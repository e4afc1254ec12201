using FollowerSync.Runs;

namespace FollowerSync.CommandLine;

/// <summary>How fast one phase of one account moves, by what it did in the last half minute.</summary>
internal sealed class ProgressPace(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    private readonly Queue<(long At, long Done)> _samples = new();
    private SyncPhase _phase;

    /// <summary>Takes a sample and returns the pace a second; 0 while it cannot be told.</summary>
    public double Sample(SyncProgress progress)
    {
        if (_phase != progress.Phase)
            _samples.Clear();
        _phase = progress.Phase;

        long now = time.GetTimestamp();
        _samples.Enqueue((now, ProgressText.Done(progress)));
        while (_samples.Count > 2 && time.GetElapsedTime(_samples.Peek().At, now) > Window)
            _samples.Dequeue();

        (long at, long done) = _samples.Peek();
        double seconds = time.GetElapsedTime(at, now).TotalSeconds;
        return seconds > 0 ? (ProgressText.Done(progress) - done) / seconds : 0;
    }
}
