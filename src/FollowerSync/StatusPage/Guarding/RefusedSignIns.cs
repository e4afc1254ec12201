using System.Net;
using FollowerSync.Logging;

namespace FollowerSync.StatusPage.Guarding;

/// <summary>Counts people who did not come in by OpenID Connect, and tells of them at most once a minute.</summary>
internal sealed partial class RefusedSignIns(TimeProvider time, ILogger<RefusedSignIns> logger) : MinuteCounts<SignInReason>(time)
{
    private volatile string _detail = "";

    public void Add(SignInFailure failure, IPAddress? from)
    {
        _detail = failure.Detail;
        Add(failure.Reason, from);
    }

    protected override void Tell(Counted told) => LogRefused(told.Counts.Values.Sum(), told.Sender?.ToString() ?? "unknown", told.Last, _detail);

    [LoggerMessage(3504, LogLevel.Warning, "People who did not come in to the status page by OpenID Connect since this was told last: {Count}; the last one came from {From}: {Reason} ({Detail})")]
    private partial void LogRefused(long count, string from, SignInReason reason, string detail);
}
