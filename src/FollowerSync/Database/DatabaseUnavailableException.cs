using Npgsql;

namespace FollowerSync.Database;

/// <summary>The database cannot be used now: not reachable, not letting us in, or busy for longer than the retries last.</summary>
internal sealed class DatabaseUnavailableException(string what, string remedy, Exception? innerException = null)
    : DatabaseException(what, remedy, innerException)
{
    private const string Setting = $"ConnectionStrings:{DatabaseOptions.ConnectionStringName}";

    /// <summary>Whether the failure is about the connection, so that <see cref="From"/> has something to say about it.</summary>
    public static bool Explains(Exception exception) =>
        DatabaseFailure.IsTransient(exception) || DatabaseFailure.Cause(exception) switch
        {
            PostgresException postgres => postgres.SqlState
                is PostgresErrorCodes.InvalidPassword
                or PostgresErrorCodes.InvalidAuthorizationSpecification
                or PostgresErrorCodes.InvalidCatalogName
                or PostgresErrorCodes.InsufficientPrivilege,
            NpgsqlOperationInProgressException => false,
            NpgsqlException => true,
            null => false,
        };

    /// <summary>Explains <paramref name="exception"/>, met at <paramref name="target"/>; the password is not looked at.</summary>
    /// <param name="exception">What failed.</param>
    /// <param name="target">Where.</param>
    /// <param name="privateLog">Log of the private PostgreSQL, when it is that; no setting names its host then.</param>
    public static DatabaseUnavailableException From(Exception exception, NpgsqlConnectionStringBuilder target, string? privateLog = null)
    {
        string place = $"Database \"{target.Database ?? target.Username}\" at {target.Host}:{target.Port}";
        (string what, string remedy) = DatabaseFailure.Cause(exception) is PostgresException refusal
            ? Refused(refusal, place, target.Username)
            : ($"{place} cannot be reached: {exception.GetBaseException().Message.TrimEnd('.')}.",
                privateLog is not null
                    ? $"It is the private PostgreSQL: the system or somebody ended it, or it is busy recovering. Its log is {privateLog}; starting again starts it too."
                    : $"Check that it runs, that host and port in {Setting} are right, and the firewall.");
        return new DatabaseUnavailableException(what, remedy, exception);
    }

    private static (string What, string Remedy) Refused(PostgresException exception, string place, string? user) => exception.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            ($"{place} does not let user \"{user}\" in.", $"Check user and password in {Setting}, and the server's pg_hba.conf. A corrected password in the settings file or a secret file is used without a restart."),
        PostgresErrorCodes.InvalidCatalogName =>
            ($"{place} does not exist.", $"Create it (create database …) or correct {Setting}."),
        PostgresErrorCodes.InsufficientPrivilege =>
            ($"{place} denies user \"{user}\" a right: {exception.MessageText}.", "Grant the right, see db/README.md."),
        PostgresErrorCodes.TooManyConnections =>
            ($"{place} has no connection left.", "Raise max_connections there, or set a smaller Maximum Pool Size in the connection string."),
        PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown =>
            ($"{place} is starting up or shutting down.", "Wait until it accepts connections, then try again."),
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            ($"{place} is read-only, probably a standby.", $"Name the primary in {Setting}, or all hosts separated by commas."),
        PostgresErrorCodes.LockNotAvailable =>
            ($"{place} kept a lock for longer than {DatabaseOptions.Section}:{nameof(DatabaseOptions.LockTimeout)}.",
                "Find its holder in pg_stat_activity: a long transaction, or maintenance."),
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected =>
            ($"{place} has sessions that keep getting in each other's way.", "Look in pg_stat_activity for what else writes these tables."),
        _ => ($"{place} refused with SQLSTATE {exception.SqlState}: {exception.MessageText}.", "Look into the server's log."),
    };
}
