using System.Globalization;
using FollowerSync.Logging;

namespace FollowerSync.Sharing;

/// <summary>Counts the requests for tokens that were refused, by status, and tells of them at most once a minute.</summary>
internal sealed partial class RefusedRequests(TimeProvider time, ILogger<RefusedRequests> logger) : MinuteCounts<int>(time)
{
    protected override void Tell(Counted told)
    {
        IEnumerable<string> counts = told.Counts.OrderBy(one => one.Key).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Value} with {one.Key}"));
        LogRefused(string.Join(", ", counts), told.Sender?.ToString() ?? "unknown");
    }

    [LoggerMessage(3306, LogLevel.Warning, "Requests to the token service were refused since this was told last: {Counts}; the last one came from {From}")]
    private partial void LogRefused(string counts, string from);
}
