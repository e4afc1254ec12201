using Npgsql;

namespace FollowerSync.Database;

/// <summary>Builds the data source with the defaults of a worker; what the connection string says itself stays.</summary>
internal static class FollowerDataSource
{
    // Else metrics would bear the connection string's host, user and database.
    private const string MetricsName = "followersync";

    // What no server can be that the worker works with: left to Npgsql to refuse.
    private const string Standby = "standby";
    private const string ReadOnly = "read-only";

    // Reads nothing; a server that takes no writes refuses it (25006), as it refuses whatever locks a row.
    private const string RequireWritesSql = "select 1 from followersync.leases where false for share";

    /// <param name="connectionString">The connection string.</param>
    /// <param name="options">The limits.</param>
    /// <param name="password">What every new connection asks for its password; null = the one of the connection string stays.</param>
    /// <param name="refusesStandby">Whether a connection to a server that takes no writes is given up at once. A name that leads to a standby for some moments of a failover
    /// leaves sound connections to it in the pool otherwise, long after the name has moved on. Needs the schema.</param>
    /// <exception cref="DatabaseUnavailableException">The connection string cannot be read.</exception>
    public static NpgsqlDataSource Build(string connectionString, DatabaseOptions options, DatabasePassword? password = null, bool refusesStandby = false)
    {
        NpgsqlConnectionStringBuilder settings = Parse(connectionString);
        bool severalHosts = ServerPlace.IsOneOfSeveral(settings);
        settings.ApplicationName ??= "followersync";
        // As PostgreSQL takes it. Said here, since names and addresses are made of it.
        settings.Database ??= settings.Username;
        settings.PersistSecurityInfo = false;
        if (!settings.ShouldSerialize("Maximum Pool Size"))
            settings.MaxPoolSize = Math.Max(options.Connections, settings.MinPoolSize);
        // Keepalive by TCP, since Npgsql's own one sends statements, which a pooler in transaction mode may answer from another session.
        // A Unix socket (a path for a host) has none and refuses the option.
        if (!settings.ShouldSerialize("Tcp Keepalive") && !settings.Host!.Split(',').Any(Path.IsPathRooted))
            (settings.TcpKeepAlive, settings.TcpKeepAliveTime, settings.TcpKeepAliveInterval) = (true, 30, 10);
        // The server gives up first (see FollowerDatabase); this is for a server that no longer answers at all.
        if (!settings.ShouldSerialize("Command Timeout"))
            settings.CommandTimeout = (int)options.StatementTimeout.TotalSeconds + 30;
        // After a failover each server is looked at anew within this time, and not taken for the standby it was.
        if (severalHosts && !settings.ShouldSerialize("Host Recheck Seconds"))
            settings.HostRecheckSeconds = 2;
        if (severalHosts)
            settings.TargetSessionAttributes ??= "read-write";
        // Npgsql refuses it for a single server, where there is nothing to choose. That one takes writes is looked at before any is made (PrimarySearch).
        else if (settings.TargetSessionAttributes is not (Standby or ReadOnly))
            settings.TargetSessionAttributes = null;

        // No logger: Npgsql reports each statement as information. What fails reaches the log by its exception.
        bool asksForPassword = password?.Current is not null;
        // A password goes before a file of passwords, which Npgsql refuses beside somebody to ask.
        if (asksForPassword)
            settings.Password = settings.Passfile = null;
        NpgsqlDataSourceBuilder builder = new(settings.ConnectionString) { Name = MetricsName };
        if (asksForPassword)
            builder.UsePasswordProvider(_ => password!.Current!, (_, _) => ValueTask.FromResult(password!.Current!));
        // Of several servers Npgsql finds the one that takes writes by itself.
        if (refusesStandby && !severalHosts)
            builder.UsePhysicalConnectionInitializer(RequireWrites, RequireWritesAsync);
        return builder.Build();
    }

    private static void RequireWrites(NpgsqlConnection connection)
    {
        using NpgsqlCommand command = new(RequireWritesSql, connection);
        command.ExecuteNonQuery();
    }

    private static async Task RequireWritesAsync(NpgsqlConnection connection)
    {
        await using NpgsqlCommand command = new(RequireWritesSql, connection);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        const string Remedy = "Write it as Host=…;Port=5432;Database=…;Username=…;Password=…, and put a value that holds ; or quotes into double quotes.";
        // Neither text nor inner exception: both can quote a piece of the password.
        NpgsqlConnectionStringBuilder settings = DatabaseOptions.PartsOf(connectionString)
            ?? throw new DatabaseUnavailableException("ConnectionStrings:FollowerSync cannot be read as a connection string.", Remedy);
        return string.IsNullOrWhiteSpace(settings.Host) ? throw new DatabaseUnavailableException("ConnectionStrings:FollowerSync names no host.", Remedy) : settings;
    }
}
