using FollowerSync.Database.PrivateServer;

namespace FollowerSync.Database.Opening;

/// <summary>
/// Starts the private PostgreSQL again when something ended it (the out-of-memory killer, an administrator): no service manager looks after it but
/// this program. When it cannot be had again the program ends, so that whoever watches over that one learns of it.
/// </summary>
internal sealed partial class PrivatePostgresSupervisor(
    DatabaseAccess access, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<PrivatePostgresSupervisor> logger) : BackgroundService
{
    private const int MostTries = 5;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (access.PrivateServer is not { } server)
            return;

        using PeriodicTimer timer = new(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (await KeepsRunningAsync(server, stoppingToken))
                continue;
            lifetime.StopApplication();
            return;
        }
    }

    // The pauses double from a second on: together with the tries they are over within half a minute when nothing hangs.
    private async Task<bool> KeepsRunningAsync(PrivatePostgresServer server, CancellationToken stoppingToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                if (await server.ReviveAsync(stoppingToken))
                {
                    // The connections in the pool lead to sessions that are gone.
                    access.Database.Clear();
                    LogRevived(server.Folder, attempt);
                }

                return true;
            }
            // Whatever hinders it, a worker without its database must not go on as if nothing was.
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                if (attempt == MostTries)
                {
                    LogGivenUp(server.Folder, MostTries, exception.Message);
                    return false;
                }

                if (attempt == 1)
                    LogFailed(server.Folder, exception.Message);
                await Task.Delay(Interval * (1 << (attempt - 1)), time, stoppingToken);
            }
        }
    }

    [LoggerMessage(EventId = 1705, Level = LogLevel.Warning, Message = "The private PostgreSQL in {Folder} had ended and was started again (try {Attempt}); short of memory, the system ends it first")]
    private partial void LogRevived(string folder, int attempt);

    [LoggerMessage(EventId = 1706, Level = LogLevel.Warning, Message = "The private PostgreSQL in {Folder} has ended and does not start yet; it is tried again with growing pauses: {Reason}")]
    private partial void LogFailed(string folder, string reason);

    [LoggerMessage(EventId = 1707, Level = LogLevel.Critical, Message = "The private PostgreSQL in {Folder} has ended and cannot be started again after {Tries} tries; the program ends: {Reason}")]
    private partial void LogGivenUp(string folder, int tries, string reason);
}
