using System.Collections.Concurrent;
using FollowerSync.Runs;

namespace FollowerSync.Scheduling;

/// <summary>Keeps the runs that the database missed, and has them recorded as soon as it is back.</summary>
internal sealed partial class LateRecords(RecordRun record, TimeProvider time, ILogger<LateRecords> logger) : BackgroundService
{
    /// <summary>Looking costs nothing while there is nothing to record.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Of a database that stays away for weeks, the newest count.</summary>
    private const int MostKept = 1_000;

    private readonly ConcurrentQueue<UnrecordedRun> _missed = new();
    private readonly SemaphoreSlim _turn = new(1, 1);

    public void Add(UnrecordedRun missed)
    {
        _missed.Enqueue(missed);
        while (_missed.Count > MostKept)
            _missed.TryDequeue(out _);
    }

    /// <summary>Records what is missing, if the database is there, in the order in which it happened.</summary>
    /// <returns>Whether nothing is missing any more.</returns>
    public async Task<bool> TryRecordAsync(CancellationToken cancellationToken)
    {
        if (_missed.IsEmpty)
            return true;

        await _turn.WaitAsync(cancellationToken);
        int recorded = 0;
        try
        {
            while (_missed.TryPeek(out UnrecordedRun? missed))
            {
                await record(missed, cancellationToken);
                _missed.TryDequeue(out _);
                recorded++;
            }

            return true;
        }
#pragma warning disable CA1031 // Whatever hinders it (the database is away, a run is active), the next time does it.
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotYet(_missed.Count, exception.Message);
            return false;
        }
#pragma warning restore CA1031
        finally
        {
            if (recorded > 0)
                LogRecorded(recorded);
            _turn.Release();
        }
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await TryRecordAsync(stoppingToken);
    }

    [LoggerMessage(LogLevel.Information, "The database is back: runs that it missed are recorded now, {Count} of them")]
    private partial void LogRecorded(int count);

    [LoggerMessage(LogLevel.Debug, "{Count} runs are still to be recorded: {Reason}")]
    private partial void LogNotYet(int count, string reason);
}
