using Npgsql;

namespace FollowerSync.Database;

/// <summary>How a pooler such as PgBouncer hands out the server's sessions.</summary>
internal enum PoolerMode
{
    /// <summary>There is none, or none that shows.</summary>
    None,

    /// <summary>One to each connection, for as long as that lasts.</summary>
    Session,

    /// <summary>Another one with each transaction.</summary>
    Transaction,
}

/// <summary>Finds out whether a pooler stands between us and the server: by what the sessions are that answer.</summary>
internal static class PoolerProbe
{
    private const int Tries = 3;

    public static async Task<PoolerMode> FindAsync(FollowerDatabase database, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection first = await database.OpenConnectionAsync(cancellationToken);
        await using NpgsqlConnection second = await database.OpenConnectionAsync(cancellationToken);
        int own = await BackendAsync(first, cancellationToken);
        for (int i = 0; i < Tries; i++)
        {
            // Connected all the while, the first one keeps its session unless that is lent to others. It is asked twice: two sessions that are handed out in turn
            // would look like one for each.
            if (await BackendAsync(second, cancellationToken) == own
                || await BackendAsync(first, cancellationToken) != own
                || await BackendAsync(first, cancellationToken) != own)
                return PoolerMode.Transaction;
        }

        // What is told at login is the pooler's own number, if there is one: it is for cancelling statements.
        return own == first.ProcessID ? PoolerMode.None : PoolerMode.Session;
    }

    private static async Task<int> BackendAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("select pg_catalog.pg_backend_pid()", connection);
        return (int)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
