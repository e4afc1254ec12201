using System.Globalization;
using System.Net;
using FollowerSync.Logging;

namespace FollowerSync.Sharing;

/// <summary>Counts the requests for tokens that were refused, and tells of them at most once a minute.</summary>
internal sealed partial class RefusedRequests(TimeProvider time, ILogger<RefusedRequests> logger)
{
    private readonly MinuteCounts<int> _counts = new(time);

    public void Count(int status, IPAddress? from)
    {
        if (_counts.Add(status, from) is not { } told)
            return;
        IEnumerable<string> counts = told.Counts.OrderBy(one => one.Key).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Value} with {one.Key}"));
        LogRefused(string.Join(", ", counts), told.Sender?.ToString() ?? "unknown");
    }

    [LoggerMessage(LogLevel.Warning, "Requests to the token service were refused since this was told last: {Counts}; the last one came from {From}")]
    private partial void LogRefused(string counts, string from);
}
