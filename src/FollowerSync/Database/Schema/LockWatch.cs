using Dapper;
using FollowerSync.Languages;
using Npgsql;

namespace FollowerSync.Database.Schema;

/// <summary>Sees over a connection of its own who keeps a session waiting, and logs it: when somebody new does, and once a minute.</summary>
internal sealed partial class LockWatch(NpgsqlDataSource dataSource, MigrationWaits waits, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private long _loggedAt;

    /// <summary>Who was seen last; empty = nobody yet.</summary>
    public IReadOnlyList<LockHolder> Holders { get; private set; } = [];

    /// <summary>Runs <paramref name="work"/> and looks meanwhile who keeps the session <paramref name="pid"/> waiting.</summary>
    public async Task RunAsync(int pid, Func<Task> work, CancellationToken cancellationToken)
    {
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task watching = WatchAsync(pid, done.Token);
        try
        {
            await work();
        }
        finally
        {
            await done.CancelAsync();
            await watching;
        }
    }

    /// <summary>To be called when the wait is over.</summary>
    public void TellEnd()
    {
        if (Holders.Count > 0)
            LogGoesOn();
        Holders = [];
    }

    private async Task WatchAsync(int pid, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(waits.Look, time, cancellationToken);
                await LookAsync(pid, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The work is done.
        }
    }

    private async Task LookAsync(int pid, CancellationToken cancellationToken)
    {
        const string Select = """
            select distinct on (b.pid) b.pid, a.usename::text as "user", a.application_name as application, a.xact_start as since,
                   nullif(left(a.query, 200), '<insufficient privilege>') as query
              from unnest(pg_blocking_pids(@pid)) b (pid)
              left join pg_stat_activity a on a.pid = b.pid and b.pid > 0
             order by b.pid
            """;
        try
        {
            await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await using NpgsqlTransaction transaction = await connection.BeginPinnedAsync(cancellationToken);
            IEnumerable<LockHolder> seen = await connection.QueryAsync<LockHolder>(new CommandDefinition(Select, new { pid }, cancellationToken: cancellationToken));
            Tell(seen.AsList());
        }
        catch (NpgsqlException exception)
        {
            // The upgrade itself tells what is wrong with the database; here only the name is lost.
            LogUnseen(exception);
        }
    }

    private void Tell(List<LockHolder> seen)
    {
        if (seen.Count == 0)
            return;

        bool isNew = !seen.Select(holder => holder.Pid).SequenceEqual(Holders.Select(holder => holder.Pid));
        Holders = seen;
        if (!isNew && time.GetElapsedTime(_loggedAt) < LogInterval)
            return;
        _loggedAt = time.GetTimestamp();
        LogWaiting(waits.End, string.Join("; and for ", seen), LockHolder.HowToEnd(seen));
    }

    [LoggerMessage(EventId = 1711, Level = LogLevel.Warning, Message = "The upgrade of the schema waits, up to {End}, for {Holders}. It goes on by itself when that is over. {HowToEnd}")]
    private partial void LogWaiting(TimeSpan end, string holders, Sentence howToEnd);

    [LoggerMessage(EventId = 1712, Level = LogLevel.Information, Message = "The upgrade of the schema waits no longer and goes on")]
    private partial void LogGoesOn();

    [LoggerMessage(EventId = 1713, Level = LogLevel.Debug, Message = "Whom the upgrade waits for could not be seen")]
    private partial void LogUnseen(Exception exception);
}
