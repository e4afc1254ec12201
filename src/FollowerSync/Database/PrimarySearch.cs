using Npgsql;

namespace FollowerSync.Database;

/// <summary>Finds out whether there is a server that takes writes, before anything is written: a standby would refuse each statement after all its repeats.</summary>
internal static class PrimarySearch
{
    private const string Sql = "select pg_is_in_recovery() as standby, current_setting('default_transaction_read_only')::boolean as read_only";

    /// <summary>Returns when the server takes writes, or when that cannot be found out: whoever writes then is told why.</summary>
    /// <exception cref="StandbyException">It does not.</exception>
    public static async Task RequireAsync(FollowerDatabase database, CancellationToken cancellationToken)
    {
        await RequireSomeAsync(database, cancellationToken);
        (bool standby, bool readOnly) = await database.RunAsync(tx => tx.ReadAsync<(bool, bool)>(Sql), cancellationToken);
        if (standby || readOnly)
            throw new StandbyException(ServerPlace.Of(new NpgsqlConnectionStringBuilder(database.DataSource.ConnectionString)), standby);
    }

    /// <summary>Of several servers, one takes writes, or none answers.</summary>
    /// <exception cref="StandbyException">Those that answer are standbys.</exception>
    public static async Task RequireSomeAsync(FollowerDatabase database, CancellationToken cancellationToken)
    {
        if (database.DataSource is NpgsqlMultiHostDataSource servers && await AreAllStandbysAsync(servers, cancellationToken))
            throw new StandbyException($"Each of the servers {new NpgsqlConnectionStringBuilder(servers.ConnectionString).Host} that answers", isStandby: true);
    }

    private static async Task<bool> AreAllStandbysAsync(NpgsqlMultiHostDataSource servers, CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlConnection primary = await servers.OpenConnectionAsync(cancellationToken);
            return false;
        }
        catch (NpgsqlException exception) when (DatabaseFailure.IsWithoutPrimary(exception))
        {
            return await AnyIsStandbyAsync(servers, cancellationToken);
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<bool> AnyIsStandbyAsync(NpgsqlMultiHostDataSource servers, CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlConnection any = await servers.OpenConnectionAsync(TargetSessionAttributes.Any, cancellationToken);
            await using NpgsqlCommand command = new("select pg_catalog.pg_is_in_recovery()", any);
            return await command.ExecuteScalarAsync(cancellationToken) is true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
