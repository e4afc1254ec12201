using FollowerSync.Logging;

namespace FollowerSync.Push;

/// <summary>Counts pushes that are given up, as many wait as may or the worker stops, and tells of them at most once a minute.</summary>
internal sealed partial class LostPushes(TimeProvider time, ILogger logger) : MinuteCounts<PushOutcome>(time)
{
    public void Add(int count)
    {
        if (count > 0)
            Add(PushOutcome.NotStored, sender: null, count);
    }

    protected override void Tell(Counted told) => LogLost(told.Counts.Values.Sum());

    [LoggerMessage(2801, LogLevel.Error, "Lost {Count} push(es) that the database did not take in time, unless WeChat repeats them. The next sync finds who follows; a privacy event among them is lost")]
    private partial void LogLost(long count);
}
