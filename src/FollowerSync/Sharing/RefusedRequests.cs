using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace FollowerSync.Sharing;

/// <summary>Counts the requests for tokens that were refused, and tells of them at most once a minute.</summary>
internal sealed partial class RefusedRequests(TimeProvider time, ILogger<RefusedRequests> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<int, long> _untold = new();
    private readonly Lock _gate = new();
    private long? _toldAt;

    public void Count(int status, IPAddress? from)
    {
        _untold.AddOrUpdate(status, 1, static (_, count) => count + 1);
        lock (_gate)
        {
            if (_toldAt is { } told && time.GetElapsedTime(told) < Pause)
                return;
            _toldAt = time.GetTimestamp();
        }

        List<string> counts = [];
        foreach (int code in _untold.Keys.Order())
            if (_untold.TryRemove(code, out long count))
                counts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} with {code}"));
        LogRefused(string.Join(", ", counts), from?.ToString() ?? "unknown");
    }

    [LoggerMessage(LogLevel.Warning, "Requests to the token service were refused since this was told last: {Counts}; the last one came from {From}")]
    private partial void LogRefused(string counts, string from);
}
