using System.Globalization;
using System.Net;
using FollowerSync.Logging;

namespace FollowerSync.Push;

/// <summary>Counts what became of the pushes, and tells what was not taken: at most a line a minute, however many there are.</summary>
internal sealed partial class PushCounts : IDisposable
{
    private readonly ILogger<PushCounts> _logger;
    private readonly MinuteCounts<string> _counts;

    public PushCounts(TimeProvider time, ILogger<PushCounts> logger)
    {
        _logger = logger;
        _counts = new MinuteCounts<string>(time, Tell);
    }

    /// <summary>Counts one push that was not taken.</summary>
    /// <param name="what">Why, as in "17 pushes …".</param>
    /// <param name="sender">Where it came from.</param>
    public void Add(string what, IPAddress sender) => _counts.Add(what, sender);

    public void Dispose() => _counts.Dispose();

    private void Tell(MinuteCounts<string>.Counted told)
    {
        IEnumerable<string> counts = told.Counts.OrderByDescending(one => one.Value).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Value:N0} {one.Key}"));
        LogNotTaken(string.Join("; ", counts), told.Sender!.ToString());
    }

    [LoggerMessage(LogLevel.Warning, "Pushes not taken: {Counts}. The last one came from {Sender}")]
    private partial void LogNotTaken(string counts, string sender);
}
