using FollowerSync.Languages;
using Npgsql;

namespace FollowerSync.Database;

/// <summary>The database cannot be used now: not reachable, not letting us in, not working, or busy for longer than the retries last.</summary>
internal sealed class DatabaseUnavailableException(Sentence what, Sentence remedy, Exception? innerException = null)
    : DatabaseException(what, remedy, innerException)
{
    private const string Setting = $"ConnectionStrings:{DatabaseOptions.ConnectionStringName}";

    /// <summary>Whether <see cref="From"/> has something to say about the failure: it is about the connection or the server, and not about a statement of ours.</summary>
    public static bool Explains(Exception exception) => DatabaseFailure.Cause(exception) switch
    {
        PostgresException postgres => ServerRefusal.Explain(postgres, place: Sentence.Empty, user: null) is not null,
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
        Sentence place = ServerPlace.Of(target);
        NpgsqlException? cause = DatabaseFailure.Cause(exception);
        if (cause is not null && DatabaseFailure.IsWithoutPrimary(cause))
        {
            return new DatabaseUnavailableException(
                $"None of the servers {target.Host} takes writes now: those that answer are standbys.",
                $"Wait until one of them is promoted. If none will be, look which of them run, and at the hosts in {Setting}.", exception);
        }

        if (DatabaseFailure.IsPoolExhausted(cause))
        {
            return new DatabaseUnavailableException(
                $"{place} was not asked: all {target.MaxPoolSize} connections of this program are in use, and none came free within {target.Timeout} s.",
                $"Raise Maximum Pool Size in {Setting} to five for each of Schedule:MaxConcurrentRuns and twelve besides, or lower Schedule:MaxConcurrentRuns.", exception);
        }

        (Sentence what, Sentence remedy) = cause is PostgresException refusal
            ? ServerRefusal.Explain(refusal, place, target.Username)
                ?? ($"{place} refused with SQLSTATE {refusal.SqlState}: {refusal.MessageText}.", "Look into the server's log.")
            : ($"{place} cannot be reached: {exception.GetBaseException().Message.TrimEnd('.')}.",
                privateLog is not null
                    ? (Sentence)$"It is the private PostgreSQL: the system or somebody ended it, or it is busy recovering. Its log is {privateLog}; starting again starts it too."
                    : $"Check that it runs, that host and port in {Setting} are right, and the firewall.");
        return new DatabaseUnavailableException(what, remedy, exception);
    }
}
