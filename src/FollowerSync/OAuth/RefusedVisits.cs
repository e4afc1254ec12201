using System.Net;
using FollowerSync.Arrivals;

namespace FollowerSync.OAuth;

/// <summary>Counts requests that were refused, and tells of them once a minute at most: anybody can make them.</summary>
internal sealed partial class RefusedVisits(SenderAddress senders, TimeProvider time, ILogger<RefusedVisits> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _count;
    private long _told;
    private long? _toldAt;

    /// <param name="why">In our own words.</param>
    /// <param name="request">Says who asked.</param>
    public void Add(string why, HttpContext request)
    {
        long untold;
        lock (_gate)
        {
            _count++;
            if (_toldAt is { } at && time.GetElapsedTime(at) < Pause)
                return;
            _toldAt = time.GetTimestamp();
            (untold, _told) = (_count - _told, _count);
        }

        LogRefused(untold, why, senders.Of(request));
    }

    [LoggerMessage(LogLevel.Warning, "Web authorisation refused {Count} request(s) since it last said so. The latest: {Why}, from {Sender}")]
    private partial void LogRefused(long count, string why, IPAddress sender);
}
