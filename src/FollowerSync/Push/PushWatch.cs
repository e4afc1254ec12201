using FollowerSync.Database;
using Npgsql;

namespace FollowerSync.Push;

/// <summary>Learns every minute what the database's clock shows.</summary>
internal sealed class PushWatch(PushClock clock, FollowerDatabase database, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        do
        {
            await ReadClockAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ReadClockAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(Patience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            clock.Learn(await database.RunOnceAsync(DatabaseClock.ReadAsync, either.Token));
        }
        catch (Exception exception) when (exception is DatabaseException or NpgsqlException || deadline.IsCancellationRequested)
        {
            // The reading before goes on, and an outage is told by the database's own line.
        }
    }
}
