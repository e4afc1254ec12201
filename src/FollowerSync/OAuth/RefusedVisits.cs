using System.Net;
using FollowerSync.Arrivals;
using FollowerSync.Logging;

namespace FollowerSync.OAuth;

/// <summary>Counts requests that were refused, and tells of them once a minute at most: anybody can make them.</summary>
internal sealed partial class RefusedVisits(SenderAddress senders, TimeProvider time, ILogger<RefusedVisits> logger) : MinuteCounts<string>(time)
{
    /// <param name="why">In our own words.</param>
    /// <param name="request">Says who asked.</param>
    public void Add(string why, HttpContext request) => Add(why, senders.Of(request));

    protected override void Tell(Counted told) => LogRefused(told.Counts.Values.Sum(), told.Last, told.Sender);

    [LoggerMessage(2503, LogLevel.Warning, "Web authorisation refused {Count} request(s) since it last said so. The latest: {Why}, from {Sender}")]
    private partial void LogRefused(long count, string why, IPAddress? sender);
}
