using FollowerSync.Database;
using Npgsql;

namespace FollowerSync.CommandLine;

/// <summary>The way to the same database as somebody who may create roles.</summary>
internal static class AdministratorConnection
{
    /// <param name="connection">What the operator typed.</param>
    /// <param name="target">The worker's connection, which says what the operator left out.</param>
    /// <exception cref="UsageException">It cannot be read, names nobody, or holds a password.</exception>
    public static NpgsqlDataSource Open(string connection, NpgsqlConnectionStringBuilder target)
    {
        // Neither text nor inner exception: both can quote a piece of a password.
        NpgsqlConnectionStringBuilder asked = DatabaseOptions.PartsOf(connection)
            ?? throw new UsageException("--admin-connection cannot be read as a connection string. Write it as \"Username=postgres\" or \"Host=…;Port=5432;Username=…\".");
        if (asked.Password is not null)
            throw new UsageException("--admin-connection holds a password, and everybody on this machine can see arguments. Leave it out: set the environment variable PGPASSWORD, or write it into ~/.pgpass.");
        if (asked.Username is null)
            throw new UsageException("--admin-connection names no user. Write it as \"Username=postgres\".");

        NpgsqlConnectionStringBuilder administrator = new(target.ConnectionString) { Password = null, Pooling = false };
        foreach (string key in asked.Keys)
            administrator[key] = asked[key];
        administrator.Database = target.Database;
        administrator.ApplicationName = target.ApplicationName;
        return DatabaseOptions.BrokenConnectionString(administrator.ConnectionString) is { } broken
            ? throw new UsageException($"--admin-connection {broken}.") : FollowerDataSource.Build(administrator.ConnectionString, new DatabaseOptions());
    }
}
