using System.Net;
using FollowerSync.Arrivals;
using FollowerSync.Logging;

namespace FollowerSync.OAuth;

/// <summary>Counts requests that were refused, and tells of them once a minute at most: anybody can make them.</summary>
internal sealed partial class RefusedVisits : IDisposable
{
    private readonly SenderAddress _senders;
    private readonly ILogger<RefusedVisits> _logger;
    private readonly MinuteCounts<string> _counts;

    public RefusedVisits(SenderAddress senders, TimeProvider time, ILogger<RefusedVisits> logger)
    {
        _senders = senders;
        _logger = logger;
        _counts = new MinuteCounts<string>(time, told => LogRefused(told.Counts.Values.Sum(), told.Last, told.Sender));
    }

    /// <param name="why">In our own words.</param>
    /// <param name="request">Says who asked.</param>
    public void Add(string why, HttpContext request) => _counts.Add(why, _senders.Of(request));

    public void Dispose() => _counts.Dispose();

    [LoggerMessage(LogLevel.Warning, "Web authorisation refused {Count} request(s) since it last said so. The latest: {Why}, from {Sender}")]
    private partial void LogRefused(long count, string why, IPAddress? sender);
}
