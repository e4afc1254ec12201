using FollowerSync.Database;

namespace FollowerSync.Alerts;

/// <summary>Looks twice a minute, and when a run has ended, whether something needs a person. No run waits for it, and nothing it meets ends the worker.</summary>
internal sealed partial class AlertWatch(AlertJudge judge, AlertCalls calls, TimeProvider time, ILogger<AlertWatch> logger) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>A shorter time without the database is no news.</summary>
    public static readonly TimeSpan ShortestAway = TimeSpan.FromSeconds(30);

    /// <summary>How often the books are looked at without a run, and at the soonest once more when they could not be.</summary>
    private static readonly TimeSpan BooksInterval = TimeSpan.FromHours(1);

    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LongestLookAtBooks = TimeSpan.FromMinutes(10);

    private Task _books = Task.CompletedTask;
    private long? _awaySince;
    private long? _booksAt;
    private bool _isTold;

    /// <summary>Whether the failure says that the database is away; where it does not answer for the length of a look, it is. With no connection of
    /// ours free it was not even asked.</summary>
    public static bool IsAway(Exception exception) => exception is OperationCanceledException || (exception is DatabaseException
        && !DatabaseFailure.IsConflict(exception) && !DatabaseFailure.IsPoolExhausted(exception) && !DatabaseFailure.IsTooSlow(exception));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                Task call = calls.Look.Next;
                // The call of a run that ended is kept while the database is away, and while the books are being read.
                if (await LookAsync(stoppingToken) && _books.IsCompleted && (calls.TakeBooks() || _booksAt is not { } at || time.GetElapsedTime(at) >= BooksInterval))
                {
                    _booksAt = time.GetTimestamp();
                    _books = LookAtBooksAsync(stoppingToken);
                }

                await calls.Look.WaitAsync(call, Interval, stoppingToken);
            }
        }
        finally
        {
            await _books.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(LongestLook, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        long begun = time.GetTimestamp();
        try
        {
            TimeSpan? away = _awaySince is { } since && time.GetElapsedTime(since) >= ShortestAway ? time.GetElapsedTime(since) : null;
            await judge.LookAsync(away, either.Token);
            (_awaySince, _isTold) = (null, false);
            calls.Send.Ring();
            return true;
        }
#pragma warning disable CA1031 // Alerts never end the worker, whatever they meet.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (IsAway(exception))
                _awaySince ??= begun;
            if (!_isTold)
                LogNotLooked(exception.Message);
            _isTold = true;
            return false;
        }
#pragma warning restore CA1031
    }

    private async Task LookAtBooksAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(LongestLookAtBooks, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await judge.LookAtBooksAsync(either.Token);
            calls.Send.Ring();
        }
#pragma warning disable CA1031 // Likewise.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogBooksNotLooked(exception.Message);
        }
#pragma warning restore CA1031
    }

    [LoggerMessage(1205, LogLevel.Warning, "Whether something needs a person could not be looked at; it is looked at again every half minute. {Reason}")]
    private partial void LogNotLooked(string reason);

    [LoggerMessage(1206, LogLevel.Warning, "WeChat's books and the refused openids could not be looked at; they are after the next run, or in an hour. {Reason}")]
    private partial void LogBooksNotLooked(string reason);
}
