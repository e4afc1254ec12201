using Dapper;
using Npgsql;

namespace FollowerSync.Database.Schema;

/// <summary>Applies scripts in order, each one once, also when several programs try at the same time.</summary>
/// <remarks>The scripts come in order and without a gap, see <see cref="Migrations.InOrder"/>. <c>lockTimeout</c> is the longest wait of a
/// script for a lock that another session holds; the wait for another migrator has no end but the cancellation.</remarks>
internal sealed class Migrator(NpgsqlDataSource dataSource, IReadOnlyList<Migration> migrations, TimeSpan lockTimeout, TimeProvider time)
{
    private const long LockKey = 0x466F6C6C6F776572;
    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>What is applied and what is pending; writes nothing.</summary>
    /// <exception cref="MigrationException">Database and program contradict each other.</exception>
    public async Task<MigrationStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        MigrationStatus? status = null;
        await GuardAsync(async connection => status = await ReadStatusAsync(connection, cancellationToken), cancellationToken);
        return status!;
    }

    /// <summary>Applies what is pending and returns it; needs the right to create only when something is.</summary>
    /// <exception cref="MigrationException">A script failed (its transaction is rolled back), or database and program contradict each other.</exception>
    public async Task<IReadOnlyList<Migration>> MigrateAsync(CancellationToken cancellationToken)
    {
        List<Migration> applied = [];
        await GuardAsync(
            async connection =>
            {
                MigrationStatus status = await ReadStatusAsync(connection, cancellationToken);
                while (!status.IsCurrent)
                    status = await ApplyNextAsync(connection, applied, cancellationToken);
            },
            cancellationToken);
        return applied;
    }

    private async Task<MigrationStatus> ApplyNextAsync(NpgsqlConnection connection, List<Migration> applied, CancellationToken cancellationToken)
    {
        // Locked per script and inside its transaction, so that it also holds behind a pooler that changes sessions between transactions.
        await using NpgsqlTransaction transaction = await BeginLockedAsync(connection, cancellationToken);
        await MigrationHistory.EnsureExistsAsync(connection, cancellationToken);
        MigrationStatus status = await ReadStatusAsync(connection, cancellationToken);
        Migration? next = status.IsCurrent ? null : status.Pending[0];
        if (next is { OutsideTransaction: false })
            await RunAsync(connection, next, cancellationToken);
        await transaction.CommitAsync(cancellationToken);

        if (next is null)
            return status;
        if (!next.OutsideTransaction)
            applied.Add(next);
        else if (await RunOutsideTransactionAsync(connection, next, cancellationToken))
            applied.Add(next);
        return await ReadStatusAsync(connection, cancellationToken);
    }

    private async Task<NpgsqlTransaction> BeginLockedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Asking again and again instead of waiting in one statement: that statement's snapshot would block "create index concurrently" for ever.
        while (true)
        {
            NpgsqlTransaction transaction = await connection.BeginPinnedAsync(cancellationToken);
            if (await TryLockAsync(connection, "pg_try_advisory_xact_lock", cancellationToken))
                return transaction;
            await transaction.DisposeAsync();
            await Task.Delay(LockInterval, time, cancellationToken);
        }
    }

    private async Task<bool> RunOutsideTransactionAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        while (!await TryLockAsync(connection, "pg_try_advisory_lock", cancellationToken))
            await Task.Delay(LockInterval, time, cancellationToken);

        try
        {
            MigrationStatus status = await ReadStatusAsync(connection, cancellationToken);
            bool pending = status.CurrentVersion < migration.Version;
            if (pending)
                await RunAsync(connection, migration, cancellationToken);
            return pending;
        }
        finally
        {
            await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_unlock(@LockKey)", new { LockKey }, cancellationToken: CancellationToken.None));
        }
    }

    private async Task RunAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        string scope = migration.OutsideTransaction ? "session" : "local";
        await using NpgsqlCommand limits = new(
            FormattableString.Invariant($"set {scope} statement_timeout = 0; set {scope} lock_timeout = {lockTimeout.TotalMilliseconds:0}"), connection);
        await limits.ExecuteNonQueryAsync(cancellationToken);
        foreach (SqlScript.Statement statement in SqlScript.Split(migration.Sql))
        {
            try
            {
                await using NpgsqlCommand command = new(statement.Text, connection) { CommandTimeout = 0 };
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
            catch (PostgresException exception)
            {
                throw MigrationFailure.Explain(migration, statement.LineAt(exception.Position), exception);
            }
        }

        await MigrationHistory.AddAsync(connection, migration, time.GetElapsedTime(start), cancellationToken);
    }

    private async Task<MigrationStatus> ReadStatusAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        MigrationHistory.Compare(await MigrationHistory.ReadAsync(connection, cancellationToken), migrations);

    private static Task<bool> TryLockAsync(NpgsqlConnection connection, string function, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(new CommandDefinition($"select {function}(@LockKey)", new { LockKey }, cancellationToken: cancellationToken));

    private async Task GuardAsync(Func<NpgsqlConnection, Task> work, CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder target = new(dataSource.ConnectionString);
        try
        {
            await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(cancellationToken);
            RequireServer(connection.PostgreSqlVersion);
            // For what runs outside a transaction; the pool takes it back.
            await connection.ExecuteAsync(new CommandDefinition("set search_path = pg_catalog, pg_temp", cancellationToken: cancellationToken));
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

    /// <exception cref="MigrationException">The server is older than <see cref="SupportedServer.OldestMajor"/>.</exception>
    internal static void RequireServer(Version version)
    {
        if (version.Major < SupportedServer.OldestMajor)
            throw new MigrationException(
                $"The server is PostgreSQL {version}, but FollowerSync needs {SupportedServer.OldestMajor} or newer.", "Upgrade the server, or name another one in ConnectionStrings:FollowerSync.");
    }
}
