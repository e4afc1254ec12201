using Npgsql;

namespace FollowerSync.Database.PrivateServer;

/// <summary>
/// A PostgreSQL of one's own, for those who name no server: made, started and stopped by this program. Programs of the same user share it;
/// the last one out stops it. It outlives a program that is killed, and the next one joins it.
/// </summary>
internal sealed partial class PrivatePostgres(PrivatePostgresOptions options, TimeProvider time, ILogger<PrivatePostgres> logger)
{
    /// <summary>Makes and starts what is not there yet.</summary>
    /// <exception cref="FolderNotOursException">The folder is neither new nor ours; nothing in it was touched.</exception>
    /// <exception cref="PrivatePostgresException">PostgreSQL is missing, of the wrong version, or does not start.</exception>
    public async Task<PrivatePostgresServer> StartAsync(CancellationToken cancellationToken)
    {
        ServerAccount? account = ServerAccount.Current();
        PrivatePostgresFolder folder = new(PrivatePostgresFolder.Choose(options, account), options.Kind, options.Disposable);
        FolderClaim claim = new(folder.Path, options.Kind, account);
        int? major = await claim.InspectAsync(cancellationToken) ? await folder.ReadMajorAsync(account, cancellationToken) : null;
        PostgresBinaries binaries = await PostgresBinaries.FindAsync(
            options.SearchFolders ?? PostgresSearchPath.Default(), major, folder.Path, cancellationToken);
        await claim.TakeAsync(cancellationToken);
        if (account is not null)
            LogAccount(account.Name, folder.Path);

        using CancellationTokenSource deadline = new(options.StartTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await StartAsync(folder, binaries, account, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw PrivatePostgresException.CommandFailed("Starting", $"not ready after {options.StartTimeout}.", folder.LogFile);
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or UnauthorizedAccessException)
        {
            throw PrivatePostgresException.CommandFailed("Starting", exception.Message, folder.LogFile);
        }
    }

    private async Task<PrivatePostgresServer> StartAsync(
        PrivatePostgresFolder folder, PostgresBinaries binaries, ServerAccount? account, CancellationToken cancellationToken)
    {
        using FolderLock starting = await FolderLock.TakeAsync(folder.LockFile, time, cancellationToken);
        bool create = !folder.Exists;
        if (create)
            await CreateClusterAsync(folder, binaries, account, cancellationToken);

        Postmaster postmaster = new(folder, binaries, account, time);
        bool othersUseIt = ServerUse.IsAnyoneIn(folder.Users);
        ServerUse use = ServerUse.Enter(folder.Users);
        try
        {
            bool start = !await postmaster.TryJoinAsync(cancellationToken);
            if (start)
                await postmaster.StartAsync(keepPort: othersUseIt, cancellationToken);
            await EnsureDatabaseAsync(folder, cancellationToken);
            LogReady(binaries.Major, folder.Path, create, start);
            return new PrivatePostgresServer(folder, postmaster, use, options.StartTimeout, time, logger)
            {
                ConnectionString = folder.Connection(folder.DatabaseName).ConnectionString,
                PsqlCommand = folder.PsqlCommand(binaries.Major),
                Created = create,
                Started = start,
            };
        }
        catch
        {
            use.Dispose();
            throw;
        }
    }

    private async Task CreateClusterAsync(
        PrivatePostgresFolder folder, PostgresBinaries binaries, ServerAccount? account, CancellationToken cancellationToken)
    {
        await ServerFile.MakeFolderAsync(folder.Unfinished, account, cancellationToken);
        await ServerFile.MakeFolderAsync(folder.Sockets, account, cancellationToken);
        folder.WritePassword();
        await FolderAccess.GiveAsync([folder.InitialPasswordFile], account, cancellationToken);
        // Text in byte order everywhere: the same on each system, unharmed by its upgrades, and indexes serve "like 'o1%'".
        string[] locale = binaries.Major >= 17 ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] : [];
        PostgresCommand.Answer answer = await PostgresCommand.RunAsync(
            binaries.InitDb,
            [
                "--pgdata", folder.Unfinished, "--username", PrivatePostgresFolder.UserName, "--pwfile", folder.InitialPasswordFile,
                "--auth-local=scram-sha-256", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C", "--data-checksums",
                .. locale, .. options.Disposable ? ["--no-sync"] : Array.Empty<string>(),
            ],
            account, cancellationToken);
        if (answer.ExitCode != 0)
            throw PrivatePostgresException.CommandFailed("initdb", answer.Output, folder.Path);

        File.Delete(folder.InitialPasswordFile);
        await ServerFile.AppendLineAsync(Path.Combine(folder.Unfinished, "postgresql.conf"), "include '../followersync.conf'", account, cancellationToken);
        Directory.Move(folder.Unfinished, folder.Data);
    }

    private static async Task EnsureDatabaseAsync(PrivatePostgresFolder folder, CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder settings = folder.Connection("postgres");
        settings.Pooling = false;
        await using NpgsqlConnection connection = new(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using NpgsqlCommand find = new($"select exists (select from pg_database where datname = '{folder.DatabaseName}')", connection);
        if (await find.ExecuteScalarAsync(cancellationToken) is true)
            return;

        await using NpgsqlCommand create = new($"create database {folder.DatabaseName}", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(EventId = 1708, Level = LogLevel.Information, Message = "Running as root: the private PostgreSQL runs as user {Account} in {Folder}")]
    private partial void LogAccount(string account, string folder);

    [LoggerMessage(EventId = 1709, Level = LogLevel.Information, Message = "Private PostgreSQL {Major} is ready in {Folder} (created: {Created}, started: {Started})")]
    private partial void LogReady(int major, string folder, bool created, bool started);
}
