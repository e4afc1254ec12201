using Npgsql;

namespace FollowerSync.Database.Schema;

/// <summary>Says in words why a script could not be applied.</summary>
internal static class MigrationFailure
{
    public static MigrationException Explain(Migration migration, int line, PostgresException exception)
    {
        string remedy = exception.SqlState switch
        {
            PostgresErrorCodes.InsufficientPrivilege =>
                "Its transaction was rolled back. Run \"followersync migrate\" with a user that owns the database, or grant the missing right.",
            PostgresErrorCodes.LockNotAvailable =>
                "Its transaction was rolled back. Migrate again when nothing else uses the tables, or raise Database:LockTimeout.",
            _ when migration.OutsideTransaction =>
                "It ran outside a transaction, so parts may remain (an invalid index, say): remove them, then migrate again.",
            _ => "Its transaction was rolled back, earlier migrations stay applied. Remove the cause, then migrate again.",
        };
        return new MigrationException(
            $"The migration {migration.Name} failed in line {line} with SQLSTATE {exception.SqlState}: {exception.MessageText}.", remedy, exception);
    }

    public static MigrationException MissingRight(NpgsqlConnectionStringBuilder target, PostgresException exception) => new(
        $"The database user \"{target.Username}\" lacks a right that the schema needs: {exception.MessageText}.",
        $"Let its owner run \"grant create on database {target.Database} to {target.Username}\", or run \"followersync migrate\" once as the owner.",
        exception);
}
