using System.Data;
using Dapper;
using Npgsql;

namespace FollowerSync.Database.Schema;

/// <summary>Applies scripts in order, each one once, and sees to the views, also when several programs try at the same time.</summary>
/// <remarks>The scripts come in order and without a gap, see <see cref="Migrations.InOrder"/>. Programs take turns by a lock on the history's table,
/// not by an advisory lock: any session may take the latter by its key, while the table is closed to analysts; it also holds behind a pooler that changes
/// sessions between transactions. For the sake of that pooler nothing is set for a session either, but for a script that runs outside a transaction.</remarks>
internal sealed class Migrator(
    NpgsqlDataSource dataSource, IReadOnlyList<Migration> migrations, ViewSet views, MigrationWaits waits, TimeProvider time, ILogger<Migrator> logger)
{
    private readonly ViewMaker _maker = new(views);

    /// <summary>What is applied and what is pending; writes nothing.</summary>
    /// <exception cref="MigrationException">Database and program contradict each other.</exception>
    public async Task<MigrationStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        MigrationStatus? status = null;
        await GuardAsync(async connection => status = await LookAsync(connection, cancellationToken), cancellationToken);
        return status!;
    }

    /// <summary>Applies what is pending and returns it; needs the right to create only when something is.</summary>
    /// <remarks>All scripts up to the next that runs outside a transaction, and the views, are one transaction: they are applied together or not at
    /// all. It waits for locks of other sessions and names these in the log.</remarks>
    /// <exception cref="MigrationException">A script failed (its transaction is rolled back), a lock was not to be had, or database and program contradict each other.</exception>
    public async Task<IReadOnlyList<Migration>> MigrateAsync(CancellationToken cancellationToken)
    {
        List<Migration> applied = [];
        await GuardAsync(
            async connection =>
            {
                MigrationStatus status = await LookAsync(connection, cancellationToken);
                await DatabaseDefaults.SetAsync(connection, cancellationToken);
                if (!status.IsCurrent)
                    applied.AddRange(await UpgradeAsync(connection, status, cancellationToken));
                if (views.Comments is { } comments)
                    await comments.ApplyAsync(connection, views.Checksum, logger, cancellationToken);
            },
            cancellationToken);
        return applied;
    }

    private async Task<List<Migration>> UpgradeAsync(NpgsqlConnection connection, MigrationStatus status, CancellationToken cancellationToken)
    {
        List<Migration> applied = [];
        await MigrationHistory.EnsureExistsAsync(connection, cancellationToken);
        LockWatch watch = new(dataSource, waits, time, logger);
        while (!status.IsCurrent)
        {
            applied.AddRange(await StepUntilUnlockedAsync(connection, watch, cancellationToken));
            status = await LookAsync(connection, cancellationToken);
        }

        return applied;
    }

    private async Task<IReadOnlyList<Migration>> StepUntilUnlockedAsync(NpgsqlConnection connection, LockWatch watch, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            try
            {
                IReadOnlyList<Migration> applied = await StepAsync(connection, watch, cancellationToken);
                watch.TellEnd();
                return applied;
            }
            catch (Exception exception) when (DatabaseFailure.IsConflict(exception) && exception is not MigrationException { LeavesParts: true })
            {
                if (time.GetElapsedTime(start) >= waits.End)
                    throw MigrationFailure.Waited(waits.End, watch.Holders, exception);
                await Task.Delay(waits.Pause, time, cancellationToken);
            }
        }
    }

    private async Task<IReadOnlyList<Migration>> StepAsync(NpgsqlConnection connection, LockWatch watch, CancellationToken cancellationToken)
    {
        await using NpgsqlTransaction transaction = await connection.BeginPinnedAsync(cancellationToken);
        IReadOnlyList<Migration> applied = [];
        await watch.RunAsync(
            await BackendAsync(connection, cancellationToken),
            async () =>
            {
                await LockAsync(connection, cancellationToken);
                MigrationStatus status = await ReadStatusAsync(connection, cancellationToken);
                applied = [.. status.Pending.TakeWhile(migration => !migration.OutsideTransaction)];
                if (applied.Count == 0 && status.Pending.Count > 0)
                    applied = [await RunOutsideTransactionAsync(connection, status.Pending[0], cancellationToken)];
                else if (!status.IsCurrent)
                    await RunTogetherAsync(connection, status, applied, cancellationToken);
            },
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return applied;
    }

    // A script may alter what the views stand on, so they go first.
    private async Task RunTogetherAsync(NpgsqlConnection connection, MigrationStatus status, IReadOnlyList<Migration> pending, CancellationToken cancellationToken)
    {
        await ViewMaker.DropAsync(connection, cancellationToken);
        foreach (Migration migration in pending)
        {
            long start = time.GetTimestamp();
            await ScriptRun.RunAsync(connection, migration.Name, migration.Sql, inTransaction: true, cancellationToken);
            await MigrationHistory.AddAsync(connection, migration, time.GetElapsedTime(start), cancellationToken);
        }

        if (pending.Count == status.Pending.Count)
            await _maker.MakeAsync(connection, migrations.Count, cancellationToken);
    }

    // Over a second connection, while the first one holds the turn. "create index concurrently" waits for every snapshot, and a query keeps its own until
    // the next statement of the session, be its rows read or not: hence one that needs none.
    private async Task<Migration> RunOutsideTransactionAsync(NpgsqlConnection turn, Migration migration, CancellationToken cancellationToken)
    {
        await turn.ExecuteAsync(new CommandDefinition("set local idle_in_transaction_session_timeout = 0", cancellationToken: cancellationToken));
        LockWatch watch = new(dataSource, waits, time, logger);
        long start = time.GetTimestamp();
        await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            FormattableString.Invariant($"set search_path = pg_catalog, pg_temp; set statement_timeout = 0; set lock_timeout = {waits.End.TotalMilliseconds:0}"), cancellationToken: cancellationToken));
        try
        {
            await watch.RunAsync(
                await BackendAsync(connection, cancellationToken),
                () => ScriptRun.RunAsync(connection, migration.Name, migration.Sql, inTransaction: false, cancellationToken),
                cancellationToken);
        }
        catch (MigrationException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw MigrationFailure.WaitedOutside(waits.End, watch.Holders, exception);
        }

        finally
        {
            // A pooler may hand this session to others next, who would go on with our limits.
            if (connection.FullState == ConnectionState.Open)
                await connection.ExecuteAsync(new CommandDefinition("reset search_path; reset statement_timeout; reset lock_timeout", cancellationToken: CancellationToken.None));
        }

        watch.TellEnd();
        await MigrationHistory.AddAsync(turn, migration, time.GetElapsedTime(start), cancellationToken);
        return migration;
    }

    // The server's answer and not what Npgsql was told at login: that is the pooler's number, if there is one.
    private static Task<int> BackendAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<int>(new CommandDefinition("select pg_backend_pid()", cancellationToken: cancellationToken));

    private Task<int> LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            FormattableString.Invariant(
                $"""
                set local statement_timeout = 0;
                set local lock_timeout = {waits.Attempt.TotalMilliseconds:0};
                lock table followersync.schema_migrations in exclusive mode
                """),
            commandTimeout: 0, cancellationToken: cancellationToken));

    private async Task<MigrationStatus> LookAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlTransaction transaction = await connection.BeginPinnedAsync(cancellationToken);
        return await ReadStatusAsync(connection, cancellationToken);
    }

    private async Task<MigrationStatus> ReadStatusAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        (int version, IReadOnlyList<Migration> pending) = MigrationHistory.Compare(await MigrationHistory.ReadAsync(connection, cancellationToken), migrations);
        StoredViews? stored = await MigrationHistory.ExistsAsync(connection, "schema_views", cancellationToken)
            ? await StoredViews.ReadAsync(connection, cancellationToken)
            : null;
        return new MigrationStatus(version, pending, StoredViews.AreOutOfDate(stored, views));
    }

    private async Task GuardAsync(Func<NpgsqlConnection, Task> work, CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder target = new(dataSource.ConnectionString);
        try
        {
            await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(cancellationToken);
            RequireServer(connection.PostgreSqlVersion, connection.PostgresParameters.GetValueOrDefault("server_encoding"));
            await work(connection);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw MigrationFailure.MissingRight(target, exception);
        }
        catch (Exception exception) when (exception is not DatabaseException && DatabaseUnavailableException.Explains(exception))
        {
            throw DatabaseUnavailableException.From(exception, target);
        }
    }

    /// <exception cref="MigrationException">The server is older than <see cref="SupportedServer.OldestMajor"/>, or the database cannot hold every name.</exception>
    internal static void RequireServer(Version version, string? encoding)
    {
        if (encoding is not (null or SupportedServer.Encoding))
            throw new MigrationException(
                $"The database has the encoding {encoding}, but FollowerSync needs {SupportedServer.Encoding}: no other one holds what people put into their names.",
                $"Create another one (create database … encoding '{SupportedServer.Encoding}' template template0; with locale 'C' when the server's does not fit) and name it in ConnectionStrings:FollowerSync. Nothing was changed in this one.");

        if (version.Major < SupportedServer.OldestMajor)
            throw new MigrationException(
                $"The server is PostgreSQL {version}, but FollowerSync needs {SupportedServer.OldestMajor} or newer.", "Upgrade the server, or name another one in ConnectionStrings:FollowerSync.");
    }
}
