using System.Text.RegularExpressions;
using FollowerSync.Languages;
using Npgsql;

namespace FollowerSync.Database;

/// <summary>What happened and what to do, for the codes of PostgreSQL that operators meet.</summary>
internal static partial class ServerRefusal
{
    private const string Setting = $"ConnectionStrings:{DatabaseOptions.ConnectionStringName}";
    private static readonly Sentence DamagedData = "Stop writing to it, look into the server's log, and restore the damaged part from a backup; a damaged index is made anew by \"reindex\".";
    private const string IdleSessionTimeout = "57P05";
    private const string Statement = "FollowerSync.Statement";

    /// <summary>Remembers which statement failed, for <see cref="Explain"/>.</summary>
    /// <returns>False, so that it can be asked where an exception passes by.</returns>
    public static bool Note(Exception exception, string? sql)
    {
        if (exception is PostgresException)
            exception.Data[Statement] = sql;
        return false;
    }

    /// <returns>Null for a code that has no text here: the statement itself is at fault.</returns>
    /// <param name="exception">What the server answered.</param>
    /// <param name="place">Which database, where.</param>
    /// <param name="user">Who asked.</param>
    public static (Sentence What, Sentence Remedy)? Explain(PostgresException exception, Sentence place, string? user) => exception.SqlState switch
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
            ($"{place} is read-only, probably a standby.", $"Name the primary in {Setting}, or all hosts separated by commas. If the primary is gone, promote a standby."),
        PostgresErrorCodes.LockNotAvailable =>
            ($"{place} kept a lock for longer than {DatabaseOptions.Section}:{nameof(DatabaseOptions.LockTimeout)}{Doing(exception)}.",
                "Find its holder in pg_stat_activity: a long transaction, or maintenance."),
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected =>
            ($"{place} has sessions that keep getting in each other's way{Doing(exception)}.", "Look in pg_stat_activity for what else writes these tables."),
        PostgresErrorCodes.QueryCanceled =>
            ($"{place} ended a statement before it was done{Doing(exception)}: it took longer than {DatabaseOptions.Section}:{nameof(DatabaseOptions.StatementTimeout)}, or somebody cancelled it.",
                $"Look in pg_stat_activity for what else keeps the server busy. After a restore or an upgrade of the server, run \"vacuumdb --analyze-only\" first. If neither is the cause, raise {DatabaseOptions.Section}:{nameof(DatabaseOptions.StatementTimeout)}."),
        IdleSessionTimeout =>
            ($"{place} ended a session that was idle.", "Let idle_session_timeout there be longer than Connection Idle Lifetime in the connection string, 300 s by default, or 0."),
        _ when DatabaseFailure.IsOfPooler(exception) =>
            ($"{place} refused: {exception.MessageText} (SQLSTATE {exception.SqlState}).",
                PoolerRefusal.IsPassing(exception.MessageText)
                    ? (Sentence)"If a pooler such as PgBouncer stands in between: look into its log, and whether the server behind it runs and has connections left."
                    : $"It is the pooler's word, such as PgBouncer's: check its settings, and that {Setting} asks for nothing it does not know."),
        _ => OfMachine(exception, place),
    };

    private static (Sentence What, Sentence Remedy)? OfMachine(PostgresException exception, Sentence place)
    {
        Sentence what = $"{place} failed{Doing(exception)}: {exception.MessageText} (SQLSTATE {exception.SqlState}).";
        return exception.SqlState switch
        {
            PostgresErrorCodes.DiskFull => (what, "Make room on the server's disk: old log files, unused replication slots, other databases. What was not stored is fetched again by the next run."),
            PostgresErrorCodes.OutOfMemory => (what, "Lower work_mem, shared_buffers or max_connections there, or give the server more memory."),
            PostgresErrorCodes.InsufficientResources or PostgresErrorCodes.ConfigurationLimitExceeded => (what, "Raise the limit that the server names."),
            PostgresErrorCodes.IoError => (what, $"The server's disk cannot be read or written: look into the log of the machine and the server's. {DamagedData}"),
            PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => (what, DamagedData),
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName =>
                (what, "Something of FollowerSync's schema is missing or was changed by hand: \"followersync check\" says whether the schema is current. Restore what is missing from a backup."),
            PostgresErrorCodes.InvalidSqlStatementName or PostgresErrorCodes.DuplicatePreparedStatement =>
                (what, $"A pooler hands out sessions by transaction: take Max Auto Prepare out of {Setting}."),
            PostgresErrorCodes.ObjectNotInPrerequisiteState =>
                (what, "If it speaks of a replica identity, a publication covers a table that has no key: leave that table out, or give it one."),
            // The server's words repeat bytes of the text.
            PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.CharacterNotInRepertoire =>
                ($"{place} cannot hold a text{Doing(exception)} (SQLSTATE {exception.SqlState}).", "The database must be one of encoding UTF8: \"followersync check\" says how to create it."),
            _ => DatabaseFailure.IsTransient(exception) ? (what, "Look into the server's log.") : null,
        };
    }

    // Kind of the statement and its tables; never its text, in which an operator's statement may have a value.
    private static Sentence Doing(PostgresException exception)
    {
        if (exception.Data[Statement] is not string sql)
            return Sentence.Empty;

        string tables = string.Join(", ", Tables().Matches(sql).Select(match => match.Value).Distinct(StringComparer.Ordinal).Take(3));
        return tables.Length == 0 ? Sentence.Empty : $" ({Kind().Match(sql).Value} on {tables})";
    }

    [GeneratedRegex(@"\b(?:wechat|followersync)\.[a-z_]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Tables();

    [GeneratedRegex(@"\b(?:insert|update|delete|select|copy|lock|create|alter|drop|grant|revoke)\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Kind();
}
