using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace FollowerSync.Database.PrivateServer;

/// <summary>The server process of a private PostgreSQL: is it there, start it, stop it.</summary>
internal sealed class Postmaster(PrivatePostgresFolder folder, PostgresBinaries binaries, ServerAccount? account, TimeProvider time)
{
    private const int StopSeconds = 60;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private int? _pid;

    private string PidFile => Path.Combine(folder.Data, "postmaster.pid");

    /// <summary>Joins a server that runs already and waits for one that is starting or stopping. False when none runs.</summary>
    public async Task<bool> TryJoinAsync(CancellationToken cancellationToken)
    {
        while (await IsAliveAsync(cancellationToken))
        {
            if (await AcceptsConnectionsAsync(cancellationToken))
                return true;
            await Task.Delay(Interval, time, cancellationToken);
        }

        return false;
    }

    /// <param name="keepPort">Whether other programs go on with the port of last time.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="PrivatePostgresException">It does not start.</exception>
    public async Task StartAsync(bool keepPort, CancellationToken cancellationToken)
    {
        if (File.Exists(PidFile) && await IsAnsweredByAnotherAsync(cancellationToken))
            throw PrivatePostgresException.ServerOutOfSight(folder.Path);
        // A file left by an unclean stop may name a number that another program got since; the server would take that for itself and refuse.
        // Removing a link removes the link, so root may do it in the server's folders.
        File.Delete(PidFile);
        File.Delete(folder.SocketOf(folder.Port) + ".lock");

        while (true)
        {
            folder.WriteSettings(keepPort);
            await PrepareLogAsync(cancellationToken);
            long logStart = new FileInfo(folder.LogFile) is { Exists: true } log ? log.Length : 0;
            PostgresCommand.Answer answer = await PostgresCommand.RunAsync(
                binaries.PgCtl,
                ["start", "--pgdata", folder.Data, "--log", folder.LogFile, "--wait", "--timeout", "3600", "--silent"],
                account, cancellationToken, capture: !OperatingSystem.IsWindows());
            if (answer.ExitCode == 0)
            {
                await IsAliveAsync(cancellationToken);
                return;
            }

            string said = ReadLog(logStart);
            if (!IsPassing(said))
                throw PrivatePostgresException.CommandFailed("pg_ctl start", $"{answer.Output.Trim()} {said}", folder.LogFile);
            if (AreSessionsLeft(said))
                await OrphanedSessions.EndAsync(folder.Data, account, cancellationToken);
            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    /// <summary>Ends all sessions and shuts down cleanly.</summary>
    public async Task<bool> StopAsync(CancellationToken cancellationToken)
    {
        PostgresCommand.Answer answer = await PostgresCommand.RunAsync(
            binaries.PgCtl,
            ["stop", "--pgdata", folder.Data, "--mode", "fast", "--wait", "--timeout", StopSeconds.ToString(CultureInfo.InvariantCulture), "--silent"],
            account, cancellationToken);
        return answer.ExitCode == 0 || !await IsAliveAsync(cancellationToken);
    }

    /// <summary>Whether the process in the pid file is there and is the server of this very folder.</summary>
    public async Task<bool> IsAliveAsync(CancellationToken cancellationToken)
    {
        int? pid = await ReadPidAsync(cancellationToken);
        _pid = pid is { } number && await IsServerAsync(number, cancellationToken) ? pid : null;
        return _pid is not null;
    }

    /// <summary>Whether the process last seen alive still is; cheap enough for every second.</summary>
    public async Task<bool> IsStillThereAsync(CancellationToken cancellationToken) =>
        _pid is { } pid && await IsServerAsync(pid, cancellationToken);

    private async Task<int?> ReadPidAsync(CancellationToken cancellationToken)
    {
        string? first = (await ServerFile.ReadAsync(PidFile, account, cancellationToken))?.Split('\n')[0];
        return int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : null;
    }

    private async Task<bool> IsServerAsync(int pid, CancellationToken cancellationToken)
    {
        try
        {
            if (OperatingSystem.IsLinux())
                return (await File.ReadAllTextAsync($"/proc/{pid}/cmdline", cancellationToken)).Split('\0').Contains(folder.Data, StringComparer.Ordinal) || OrphanedSessions.IsOf(folder.Data, $"/proc/{pid}");
            if (OperatingSystem.IsWindows())
                return Process.GetProcessById(pid).ProcessName == "postgres";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }

        PostgresCommand.Answer answer = await PostgresCommand.RunAsync(
            "/bin/ps", ["-p", pid.ToString(CultureInfo.InvariantCulture), "-o", "command="], account: null, cancellationToken);
        return answer.Output.Contains(folder.Data, StringComparison.Ordinal);
    }

    private async Task<bool> AcceptsConnectionsAsync(CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder settings = folder.Connection("postgres");
        (settings.Pooling, settings.Timeout) = (false, 5);
        try
        {
            await using NpgsqlConnection connection = new(settings.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException exception) when (DatabaseFailure.IsTransient(exception))
        {
            return false;
        }
    }

    // The server's own file keeps two of them from one folder, and is about to be deleted. Its process may be out of sight: in another container, or behind a unit's ProtectProc.
    private async Task<bool> IsAnsweredByAnotherAsync(CancellationToken cancellationToken)
    {
        try
        {
            return folder.Port > 0 && await AcceptsConnectionsAsync(cancellationToken);
        }
        // Whoever else listens there knows another password.
        catch (NpgsqlException)
        {
            return false;
        }
    }

    // Another program took the port between our look and the server's; or sessions of a killed server are still on their way out.
    private static bool IsPassing(string log) =>
        log.Contains("could not create any TCP/IP sockets", StringComparison.Ordinal)
        || AreSessionsLeft(log);

    private static bool AreSessionsLeft(string log) => log.Contains("pre-existing shared memory block", StringComparison.Ordinal);

    private async Task PrepareLogAsync(CancellationToken cancellationToken)
    {
        const long Limit = 10 * 1024 * 1024;
        if (new FileInfo(folder.LogFile) is { Exists: true, Length: > Limit })
            File.Move(folder.LogFile, folder.LogFile + ".1", overwrite: true);
        if (File.Exists(folder.LogFile))
            return;

        // The server's account writes to it, but may make no file beside it.
        OwnFile.Write(folder.LogFile, "", OwnFile.Private);
        await FolderAccess.GiveAsync([folder.LogFile], account, cancellationToken);
    }

    private string ReadLog(long start)
    {
        if (!File.Exists(folder.LogFile))
            return "";

        using FileStream stream = new(folder.LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(start, SeekOrigin.Begin);
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
