namespace FollowerSync.Database.PrivateServer;

/// <summary>A running private PostgreSQL. Disposing leaves it; the last program to leave stops it.</summary>
internal sealed partial class PrivatePostgresServer(
    PrivatePostgresFolder folder, Postmaster postmaster, ServerUse use, TimeProvider time, ILogger logger) : IAsyncDisposable
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The private PostgreSQL in {Folder} could not be stopped in time; it goes on running and the next start joins it")]
    private partial void LogStillRunning(string folder);
}
