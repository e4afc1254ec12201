using System.Globalization;
using System.Net;
using FollowerSync.Logging;

namespace FollowerSync.Sharing;

/// <summary>Counts the requests for tokens that were refused, and tells of them at most once a minute.</summary>
internal sealed partial class RefusedRequests : IDisposable
{
    private readonly ILogger<RefusedRequests> _logger;
    private readonly MinuteCounts<int> _counts;

    public RefusedRequests(TimeProvider time, ILogger<RefusedRequests> logger)
    {
        _logger = logger;
        _counts = new MinuteCounts<int>(time, Tell);
    }

    public void Count(int status, IPAddress? from) => _counts.Add(status, from);

    public void Dispose() => _counts.Dispose();

    private void Tell(MinuteCounts<int>.Counted told)
    {
        IEnumerable<string> counts = told.Counts.OrderBy(one => one.Key).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Value} with {one.Key}"));
        LogRefused(string.Join(", ", counts), told.Sender?.ToString() ?? "unknown");
    }

    [LoggerMessage(LogLevel.Warning, "Requests to the token service were refused since this was told last: {Counts}; the last one came from {From}")]
    private partial void LogRefused(string counts, string from);
}
