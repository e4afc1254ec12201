using FollowerSync.Languages;

namespace FollowerSync.Database.Schema;

/// <summary>The schema cannot be brought to the version of this program, or is not at it.</summary>
internal sealed class MigrationException(Sentence what, Sentence remedy, Exception? innerException = null)
    : DatabaseException(what, remedy, innerException)
{
    /// <summary>SQLSTATE of the failed statement; null when none failed.</summary>
    public string? SqlState { get; } = (innerException as Npgsql.PostgresException)?.SqlState;

    /// <summary>The script ran outside a transaction, so it must not simply be run again.</summary>
    public bool LeavesParts { get; init; }
}
