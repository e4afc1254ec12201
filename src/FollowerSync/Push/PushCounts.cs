using System.Globalization;
using FollowerSync.Logging;

namespace FollowerSync.Push;

/// <summary>Counts pushes that were not taken, as in "17 pushes …", and tells of them: at most a line a minute, however many there are.</summary>
internal sealed partial class PushCounts(TimeProvider time, ILogger<PushCounts> logger) : MinuteCounts<string>(time)
{
    protected override void Tell(Counted told)
    {
        IEnumerable<string> counts = told.Counts.OrderByDescending(one => one.Value).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Value:N0} {one.Key}"));
        LogNotTaken(string.Join("; ", counts), told.Sender!.ToString());
    }

    [LoggerMessage(2804, LogLevel.Warning, "Pushes not taken: {Counts}. The last one came from {Sender}")]
    private partial void LogNotTaken(string counts, string sender);
}
