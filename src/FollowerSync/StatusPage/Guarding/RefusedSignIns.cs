using System.Net;
using FollowerSync.Logging;

namespace FollowerSync.StatusPage.Guarding;

/// <summary>Counts people who did not come in by OpenID Connect, and tells of them at most once a minute.</summary>
internal sealed partial class RefusedSignIns : IDisposable
{
    private readonly ILogger<RefusedSignIns> _logger;
    private readonly MinuteCounts<SignInReason> _counts;
    private volatile string _detail = "";

    public RefusedSignIns(TimeProvider time, ILogger<RefusedSignIns> logger)
    {
        _logger = logger;
        _counts = new MinuteCounts<SignInReason>(time, told => LogRefused(told.Counts.Values.Sum(), told.Sender?.ToString() ?? "unknown", told.Last, _detail));
    }

    public void Add(SignInFailure failure, IPAddress? from)
    {
        _detail = failure.Detail;
        _counts.Add(failure.Reason, from);
    }

    public void Dispose() => _counts.Dispose();

    [LoggerMessage(LogLevel.Warning, "People who did not come in to the status page by OpenID Connect since this was told last: {Count}; the last one came from {From}: {Reason} ({Detail})")]
    private partial void LogRefused(long count, string from, SignInReason reason, string detail);
}
