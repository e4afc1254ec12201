using FollowerSync.Languages;
using Npgsql;

namespace FollowerSync.Database.Schema;

/// <summary>Says in words why a script could not be applied.</summary>
internal static class MigrationFailure
{
    private static readonly Sentence Parts = "It ran outside a transaction, so parts may remain (an invalid index, say): remove them, then migrate again.";

    public static MigrationException Explain(string script, bool inTransaction, int line, PostgresException exception)
    {
        Sentence remedy = exception.SqlState switch
        {
            PostgresErrorCodes.InsufficientPrivilege =>
                "The upgrade was rolled back. Run \"followersync migrate\" with a user that owns the database, or grant the missing right.",
            _ when !inTransaction => Parts,
            _ => "The upgrade was rolled back, what stood before stays. Remove the cause, then migrate again.",
        };
        return new MigrationException(
            $"The script {script} failed in line {line} with SQLSTATE {exception.SqlState}: {exception.MessageText}.", remedy, exception)
        {
            LeavesParts = !inTransaction,
        };
    }

    public static MigrationException Waited(TimeSpan wait, IReadOnlyList<LockHolder> holders, Exception exception) => new(
        WaitedFor(wait, holders), $"{LockHolder.HowToEnd(holders)} Then migrate again. Database:UpgradeWait says how long to wait.", exception);

    public static MigrationException WaitedOutside(TimeSpan wait, IReadOnlyList<LockHolder> holders, Exception exception) =>
        new(WaitedFor(wait, holders), $"{LockHolder.HowToEnd(holders)} {Parts}", exception) { LeavesParts = true };

    private static Sentence WaitedFor(TimeSpan wait, IReadOnlyList<LockHolder> holders) => holders.Count == 0
        ? (Sentence)$"The upgrade of the schema waited {wait} for a lock of another session, and gave up. Who holds it could not be seen."
        : $"The upgrade of the schema waited {wait} for a lock of another session, and gave up. It is held by {Sentence.Join("; and by ", holders.Select(holder => holder.Text))}.";

    public static MigrationException InTheWay(IReadOnlyList<string> dependents) => new(
        $"The views are to be made anew, but others' objects stand on them: {string.Join("; ", dependents)}.",
        "Nothing was changed. Keep the text of each (select pg_get_viewdef('its name')), drop it, migrate again, and make it again.");

    public static MigrationException NotTheView(ViewScript script) => new(
        $"The view script {script.Name} does not make the view wechat.{script.View}.", "A script of db/views makes the one view that its name tells.");

    public static MigrationException MissingRight(NpgsqlConnectionStringBuilder target, PostgresException exception) => new(
        $"The database user \"{target.Username}\" lacks a right that the schema needs: {exception.MessageText}.",
        $"Let its owner run \"grant create on database {target.Database} to {target.Username}\", or run \"followersync migrate\" once as the owner.",
        exception);
}
