using FollowerSync.Database;
using Npgsql;

namespace FollowerSync.Status;

/// <summary>Notes twice a minute in the database that this worker lives, and at its end that it was stopped.</summary>
/// <param name="store">Takes the note.</param>
/// <param name="version">Version of the program.</param>
/// <param name="nextRunAt">Tells when the schedule starts the next run.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of a note that could not be taken.</param>
internal sealed partial class WorkerHeartbeat(WorkerStore store, string version, Func<DateTimeOffset?> nextRunAt, TimeProvider time, ILogger<WorkerHeartbeat> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>The stop of the worker has a deadline, and other things to do in it.</summary>
    private static readonly TimeSpan LastDeadline = TimeSpan.FromSeconds(2);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using CancellationTokenSource deadline = new(LastDeadline, time);
        await BeatAsync(stops: true, deadline.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        do
            await BeatAsync(stops: false, stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // Others say that the database is away; a worker that cannot be noted works on.
    private async Task BeatAsync(bool stops, CancellationToken cancellationToken)
    {
        try
        {
            await store.BeatAsync(version, nextRunAt(), stops, cancellationToken);
        }
        catch (Exception exception) when (exception is DatabaseException or NpgsqlException or OperationCanceledException)
        {
            LogNotNoted(exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Debug, "It could not be noted in the database that this worker lives: {Reason}")]
    private partial void LogNotNoted(string reason);
}
