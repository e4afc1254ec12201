namespace FollowerSync.Database.PrivateServer;

/// <summary>A running private PostgreSQL. Disposing leaves it; the last program to leave stops it.</summary>
internal sealed partial class PrivatePostgresServer(
    PrivatePostgresFolder folder, Postmaster postmaster, ServerUse use, TimeSpan startTimeout, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(90);

    /// <summary>Holds the password: not for logs or screens.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>What a person types to look into the database; holds no password.</summary>
    public required string PsqlCommand { get; init; }

    /// <summary>Whether this start made the cluster.</summary>
    public required bool Created { get; init; }

    /// <summary>Whether this start started the server; false when it was running.</summary>
    public required bool Started { get; init; }

    public string Folder => folder.Path;

    public string LogFile => folder.LogFile;

    /// <summary>Port on 127.0.0.1 for the programs of analysts, who have logins of their own and cannot reach the socket.</summary>
    public int Port => folder.Port;

    /// <summary>Starts the server again when it has ended, where it was: connection strings go on to hold. True when this call started it.</summary>
    /// <exception cref="PrivatePostgresException">It does not start, or not in time.</exception>
    public async Task<bool> ReviveAsync(CancellationToken cancellationToken)
    {
        if (await postmaster.IsStillThereAsync(cancellationToken))
            return false;

        using CancellationTokenSource deadline = new(startTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using FolderLock starting = await FolderLock.TakeAsync(folder.LockFile, time, either.Token);
            if (use.IsDisposed || await postmaster.TryJoinAsync(either.Token))
                return false;
            await postmaster.StartAsync(keepPort: true, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw PrivatePostgresException.CommandFailed("Starting again", $"not ready after {startTimeout}.", folder.LogFile);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (use.IsDisposed)
            return;

        using CancellationTokenSource deadline = new(LeaveTimeout, time);
        try
        {
            using FolderLock stopping = await FolderLock.TakeAsync(folder.LockFile, time, deadline.Token);
            use.Dispose();
            if (!ServerUse.IsAnyoneIn(folder.Users) && !await postmaster.StopAsync(deadline.Token))
                LogStillRunning(folder.Path);
        }
        catch (OperationCanceledException)
        {
            LogStillRunning(folder.Path);
        }
        finally
        {
            use.Dispose();
        }
    }

    [LoggerMessage(EventId = 1710, Level = LogLevel.Warning, Message = "The private PostgreSQL in {Folder} could not be stopped in time; it goes on running and the next start joins it")]
    private partial void LogStillRunning(string folder);
}
