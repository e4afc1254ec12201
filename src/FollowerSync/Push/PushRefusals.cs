using FollowerSync.Database;

namespace FollowerSync.Push;

/// <summary>Tells why the database does not take pushes, at most once a minute: the same reason is met by as many as come. Used by one writer alone.</summary>
internal sealed partial class PushRefusals(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private long? _toldAt;

    /// <param name="exception">What was thrown.</param>
    /// <param name="isFaultOfRow">Whether it is for what the push says.</param>
    public void Add(Exception exception, bool isFaultOfRow)
    {
        // An outage is told by the database's own line.
        if (exception is OperationCanceledException || (!isFaultOfRow && DatabaseFailure.IsPassing(exception)) || _toldAt is { } at && time.GetElapsedTime(at) < Interval)
            return;
        _toldAt = time.GetTimestamp();
        if (isFaultOfRow)
            LogFault(exception);
        else
            LogNotStored(exception.Message);
    }

    [LoggerMessage(2805, LogLevel.Error, "The database refuses a push for what it says, and it is not stored: this is a fault of the program, please report it. Others like it are not told for a minute")]
    private partial void LogFault(Exception exception);

    [LoggerMessage(2806, LogLevel.Error, "The database does not store pushes for the moment. Up to Arrivals:MaxWaiting of them are tried again every second. Told once a minute: {Reason}")]
    private partial void LogNotStored(string reason);
}
