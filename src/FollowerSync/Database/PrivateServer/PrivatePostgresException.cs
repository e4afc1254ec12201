using FollowerSync.Languages;

namespace FollowerSync.Database.PrivateServer;

/// <summary>The private local PostgreSQL cannot be used.</summary>
internal sealed class PrivatePostgresException(Sentence what, Sentence remedy, Exception? innerException = null)
    : DatabaseException(what, remedy, innerException)
{
    private static readonly Sentence OtherWay = "Or name a PostgreSQL server in ConnectionStrings:FollowerSync.";

    public static PrivatePostgresException NotInstalled(Sentence found) => new(
        $"No connection string is set, and no PostgreSQL {SupportedServer.OldestMajor} or newer is installed for a private one{found}.",
        $"""
        Install it:
          Debian, Ubuntu   sudo apt-get install postgresql
          Fedora, RHEL     sudo dnf install postgresql-server
          macOS            brew install postgresql@17
          Windows          winget install PostgreSQL.PostgreSQL.17
        {OtherWay}
        """);

    public static PrivatePostgresException WrongMajor(string folder, int needed, string found) => new(
        $"The private database in {folder} was made by PostgreSQL {needed}, but only {found} is installed.",
        $"Install PostgreSQL {needed} beside it; or carry the data over with pg_upgrade; or, since WeChat still has it all, move the folder away and sync anew.");

    public static PrivatePostgresException ServerOutOfSight(string folder) => new(
        $"The private PostgreSQL in {folder} is running, but its process cannot be seen from here: another container or a protected service has started it.",
        $"Stop the program that uses it, then start again: two programs on one machine can share it only where each sees the other's processes. {OtherWay}");

    public static PrivatePostgresException CommandFailed(string command, string output, string logFile) => new(
        $"{command} failed for the private PostgreSQL: {output.Trim()}",
        $"Look into {logFile}, remove the cause and start again. {OtherWay}");
}
