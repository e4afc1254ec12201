using FollowerSync.Database;

namespace FollowerSync.Alerts;

/// <summary>Looks twice a minute, and when a run has ended, whether something needs a person. No run waits for it, and nothing it meets ends the worker.</summary>
internal sealed partial class AlertWatch(AlertJudge judge, AlertCalls calls, TimeProvider time, ILogger<AlertWatch> logger) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>A shorter time without the database is no news.</summary>
    public static readonly TimeSpan ShortestAway = TimeSpan.FromSeconds(30);

    /// <summary>How often what takes longer is looked at.</summary>
    private static readonly TimeSpan BooksInterval = TimeSpan.FromHours(1);

    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(60);

    private long? _awaySince;
    private long? _booksAt;
    private bool _isTold;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            Task call = calls.Look.Next;
            await LookAsync(stoppingToken);
            await calls.Look.WaitAsync(call, Interval, stoppingToken);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(LongestLook, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        long begun = time.GetTimestamp();
        try
        {
            TimeSpan? away = _awaySince is { } since && time.GetElapsedTime(since) >= ShortestAway ? time.GetElapsedTime(since) : null;
            bool withBooks = calls.TakeBooks() || _booksAt is not { } at || time.GetElapsedTime(at) >= BooksInterval;
            await judge.LookAsync(away, withBooks, either.Token);
            (_awaySince, _isTold) = (null, false);
            if (withBooks)
                _booksAt = begun;
            calls.Send.Ring();
        }
#pragma warning disable CA1031 // Alerts never end the worker, whatever they meet.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (exception is DatabaseException or OperationCanceledException)
                _awaySince ??= begun;
            if (!_isTold)
                LogNotLooked(exception.Message);
            _isTold = true;
        }
#pragma warning restore CA1031
    }

    [LoggerMessage(LogLevel.Warning, "Whether something needs a person could not be looked at; it is looked at again every half minute. {Reason}")]
    private partial void LogNotLooked(string reason);
}
