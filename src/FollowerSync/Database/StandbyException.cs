using FollowerSync.Languages;

namespace FollowerSync.Database;

/// <summary>The server copies another one, or is told to, and takes no writes.</summary>
/// <param name="place">Which database, where.</param>
/// <param name="isStandby">Whether it copies another server; otherwise a setting keeps it from writing.</param>
internal sealed class StandbyException(Sentence place, bool isStandby) : DatabaseException(
    isStandby ? (Sentence)$"{place} is a standby: it copies another server and takes no writes." : $"{place} takes no writes: default_transaction_read_only is on there.",
    isStandby
        ? (Sentence)$"Name the primary in {Setting}, or all servers (Host=db1,db2): the one that takes writes is used. If the primary is gone, promote this one: select pg_promote();"
        : $"Find where it was set (alter database … set, alter role … set, or the server's settings) and take it back, or name another server in {Setting}.")
{
    private const string Setting = $"ConnectionStrings:{DatabaseOptions.ConnectionStringName}";

    /// <summary>Why, for a page that anybody may see: it names no server.</summary>
    public Sentence Lack { get; } = isStandby ? (Sentence)"the database is a standby and takes no writes until it is promoted" : "the database is read-only";
}
