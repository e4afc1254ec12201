using FollowerSync.Runs;

namespace FollowerSync.Scheduling;

/// <summary>Keeps the runs that the database missed, and has them recorded as soon as it is back.</summary>
internal sealed partial class LateRecords(RecordRun record, TimeProvider time, ILogger<LateRecords> logger) : BackgroundService
{
    /// <summary>Looking costs nothing while there is nothing to record.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Of a database that stays away for weeks, the newest count.</summary>
    private const int MostKept = 1_000;

    private readonly Lock _gate = new();
    private readonly List<UnrecordedRun> _missed = [];
    private readonly SemaphoreSlim _turn = new(1, 1);

    public void Add(UnrecordedRun missed)
    {
        lock (_gate)
        {
            _missed.Add(missed);
            if (_missed.Count > MostKept)
                _missed.RemoveAt(0);
        }
    }

    /// <summary>Records what is missing of an account, if the database is there, in the order in which it happened.</summary>
    /// <returns>Whether nothing of it is missing any more.</returns>
    public async Task<bool> TryRecordAsync(string appId, CancellationToken cancellationToken)
    {
        if (MissedOf(appId).Length == 0)
            return true;

        await _turn.WaitAsync(cancellationToken);
        int recorded = 0;
        try
        {
            foreach (UnrecordedRun missed in MissedOf(appId))
            {
                await record(missed, cancellationToken);
                lock (_gate)
                    _missed.Remove(missed);
                recorded++;
            }

            return true;
        }
#pragma warning disable CA1031 // Whatever hinders it (the database is away, a run of the account is active), the next time does it; other accounts do not wait for that.
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogNotYet(MissedOf(appId).Length, appId, exception.Message);
            return false;
        }
#pragma warning restore CA1031
        finally
        {
            if (recorded > 0)
                LogRecorded(recorded, appId);
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
        {
            foreach (string appId in MissedOf(appId: null).Select(missed => missed.Account.AppId).Distinct(StringComparer.Ordinal))
                await TryRecordAsync(appId, stoppingToken);
        }
    }

    private UnrecordedRun[] MissedOf(string? appId)
    {
        lock (_gate)
            return [.. _missed.Where(missed => appId is null || missed.Account.AppId == appId)];
    }

    [LoggerMessage(3111, LogLevel.Information, "The database is back: runs of {AppId} that it missed are recorded now, {Count} of them")]
    private partial void LogRecorded(int count, string appId);

    [LoggerMessage(3112, LogLevel.Debug, "{Count} runs of {AppId} are still to be recorded: {Reason}")]
    private partial void LogNotYet(int count, string appId, string reason);
}
