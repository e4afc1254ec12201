using Npgsql;

namespace FollowerSync.Database;

/// <summary>Tells passing failures from lasting ones: the one place that does.</summary>
internal static class DatabaseFailure
{
    /// <summary>The server ended a session that stood still in the middle of a transaction; Npgsql does not name the code.</summary>
    private const string IdleInTransactionSessionTimeout = "25P03";

    /// <summary>The same transaction, begun again from its first statement, may succeed at once.</summary>
    public static bool IsTransient(Exception? exception) => Cause(exception) switch
    {
        PostgresException postgres => IsOfPooler(postgres)
            ? PoolerRefusal.IsPassing(postgres.MessageText)
            : postgres.IsTransient || IsConflict(postgres) || IsOutage(postgres),
        NpgsqlException npgsql => npgsql.IsTransient || IsWithoutPrimary(npgsql),
        _ => false,
    };

    /// <summary>Of several servers none takes writes now: the old primary is away and the new one not yet promoted. Npgsql says so without a code.</summary>
    public static bool IsWithoutPrimary(NpgsqlException exception) => exception is not PostgresException && exception.InnerException switch
    {
        null => exception.Message.StartsWith("No suitable host", StringComparison.Ordinal),
        AggregateException tried => tried.InnerExceptions.All(one => one is TimeoutException or OperationCanceledException || IsTransient(one)),
        _ => false,
    };

    /// <summary>All connections of our own pool are in use. Npgsql says so without a code.</summary>
    public static bool IsPoolExhausted(Exception? exception) =>
        Cause(exception) is not PostgresException and { } cause && cause.Message.StartsWith("The connection pool has been exhausted", StringComparison.Ordinal);

    /// <summary>The same work may succeed some minutes later, without anybody mending anything: the server is away, busy or full.</summary>
    public static bool IsPassing(Exception? exception) => Cause(exception) switch
    {
        // A statement that took too long on a busy server; to repeat it at once would keep the server busy.
        PostgresException postgres => IsTooSlow(postgres) || IsTransient(postgres),
        NpgsqlOperationInProgressException => false,
        NpgsqlException => true,
        null => false,
    };

    /// <summary>A statement took longer than it may, or somebody cancelled it; nothing of its transaction is left.</summary>
    public static bool IsTooSlow(Exception? exception) => Cause(exception) is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled };

    /// <summary>Another session was in the way; a short wait is enough.</summary>
    public static bool IsConflict(Exception? exception) => Cause(exception) is PostgresException
    {
        SqlState: PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.LockNotAvailable,
    };

    /// <summary>The server does not let us in: the password is another one, or it does not know us.</summary>
    public static bool IsLoginRefused(Exception exception) => (Cause(exception) as PostgresException ?? exception.GetBaseException()) is PostgresException
    {
        SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification,
    };

    /// <summary>A pooler such as PgBouncer speaks for itself in these codes, whatever has happened; the server itself hardly ever does.</summary>
    public static bool IsOfPooler(PostgresException exception) => exception.SqlState is PostgresErrorCodes.ProtocolViolation or PostgresErrorCodes.SystemError;

    /// <summary>What the database or the connection to it reported, be it wrapped: a transaction used after its connection broke is called disposed. Of a statement that was
    /// broken off Npgsql wraps the server's word on it too; that is what the caller asked for, and no failure.</summary>
    public static NpgsqlException? Cause(Exception? exception)
    {
        while (exception is not (null or NpgsqlException or OperationCanceledException))
            exception = exception.InnerException;
        return exception as NpgsqlException;
    }

    // Npgsql counts a shutdown as lasting, and a standby's refusal to write too: both pass with a restart or a failover. A process that was
    // paused for too long has only lost its transaction.
    private static bool IsOutage(PostgresException exception) => exception.SqlState
        is PostgresErrorCodes.AdminShutdown
        or PostgresErrorCodes.CrashShutdown
        or PostgresErrorCodes.CannotConnectNow
        or PostgresErrorCodes.TooManyConnections
        or IdleInTransactionSessionTimeout
        or PostgresErrorCodes.ReadOnlySqlTransaction
        || IsLostNode(exception);

    // Citus, whose coordinator has lost a worker node; it has no code of its own for that.
    private static bool IsLostNode(PostgresException exception) =>
        exception.SqlState == PostgresErrorCodes.InternalError && exception.MessageText.Contains("connection marked as essential", StringComparison.Ordinal);
}
