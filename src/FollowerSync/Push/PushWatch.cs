using FollowerSync.Database;
using FollowerSync.Logging;
using Npgsql;

namespace FollowerSync.Push;

/// <summary>Every minute: what the database's clock shows, and what was not taken.</summary>
internal sealed class PushWatch(PushClock clock, PushCounts counts, FollowerDatabase database, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(MinuteCounts<string>.Interval, time);
        do
        {
            counts.TellWhenDue();
            await ReadClockAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        counts.Tell();
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
