using FollowerSync.Database;
using FollowerSync.Database.Opening;
using FollowerSync.Database.Schema;
using FollowerSync.Languages;
using FollowerSync.Nodes;
using FollowerSync.Scheduling;
using Microsoft.Extensions.Options;
using Npgsql;
using Quartz;

namespace FollowerSync.CommandLine.Checks;

/// <summary>Tests the database: reachable, new enough, schema, rights.</summary>
internal sealed class DatabaseChecks(CheckList list)
{
    private const string Reach = "database";
    private const string Version = "PostgreSQL";
    private const string Primary = "primary";
    private const string Schema = "schema";
    private const string Rights = "rights";
    private const string SharedTables = "shared schedule";
    private const string TimeZones = "time zones";

    /// <summary>Whether the worker's tables can be used.</summary>
    public async Task<bool> RunAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            DatabaseAccess access = services.GetRequiredService<DatabaseAccess>();
            DatabaseOptions options = services.GetRequiredService<IOptions<DatabaseOptions>>().Value;
            return await ConnectAsync(access, cancellationToken) is { } database
                && await TakesWritesAsync(database, cancellationToken)
                && await SchemaAsync(access, options, cancellationToken)
                && await RightsAsync(database, cancellationToken)
                && await SharedScheduleAsync(services, database, options, cancellationToken)
                && await SetUpAsync(access, database, options, cancellationToken);
        }
        catch (Exception exception) when (exception is DatabaseException or NpgsqlException)
        {
            list.Failed(Reach, exception);
            return false;
        }
    }

    private async Task<FollowerDatabase?> ConnectAsync(DatabaseAccess access, CancellationToken cancellationToken)
    {
        FollowerDatabase database;
        try
        {
            database = await access.ConnectAsync(cancellationToken);
        }
        catch (MigrationException exception)
        {
            list.Ok(Reach, "reachable");
            list.Failed(Version, exception);
            return null;
        }

        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(cancellationToken);
        list.Ok(Reach, access.PrivateServer is { } server
            ? (Sentence)$"private PostgreSQL in {server.Folder}"
            : $"\"{connection.Database}\" at {connection.Host}:{connection.Port}");
        list.Ok(Version, Sentence.Foreign(connection.PostgreSqlVersion.ToString()));
        return database;
    }

    private async Task<bool> TakesWritesAsync(FollowerDatabase database, CancellationToken cancellationToken)
    {
        try
        {
            await PrimarySearch.RequireAsync(database, cancellationToken);
            list.Ok(Primary, "the server takes writes");
            return true;
        }
        catch (StandbyException exception)
        {
            list.Failed(Primary, exception);
            return false;
        }
    }

    // The private server is set up by the program.
    private async Task<bool> SetUpAsync(DatabaseAccess access, FollowerDatabase database, DatabaseOptions options, CancellationToken cancellationToken)
    {
        if (!access.IsPrivate)
            await new ServerChecks(list, database, options).RunAsync(cancellationToken);
        return true;
    }

    // Without them a node does not start; whatever else is tested needs none.
    private async Task<bool> SharedScheduleAsync(IServiceProvider services, FollowerDatabase database, DatabaseOptions options, CancellationToken cancellationToken)
    {
        if (!services.GetRequiredService<IOptions<ClusterOptions>>().Value.Enabled)
            return true;

        (bool areThere, bool mayCreate) = await DatabaseRights.FindSharedScheduleAsync(database, cancellationToken);
        if (areThere)
            await TablesAsync(services.GetRequiredService<DatabaseAccess>(), cancellationToken);
        else if (!options.MigrateOnStart)
            list.Failed(SharedTables, "its tables are missing (schema quartz), and Database:MigrateOnStart is false: no node starts. Run \"followersync migrate\" with Cluster:Enabled.");
        else if (!mayCreate)
            list.Failed(SharedTables, "its tables are missing (schema quartz), and the database user may not create them: no node starts. Run \"followersync migrate\" with Cluster:Enabled as the owner of the schema, or grant usage and create on schema quartz.");
        else
            list.Ok(SharedTables, "the first node that starts creates its tables");
        return true;
    }

    private async Task TablesAsync(DatabaseAccess access, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource pool = access.BuildPool(SharedSchedule.SpareConnections, SharedSchedule.LongestStatement);
        try
        {
            await SharedSchedule.RequireTablesAsync(pool, cancellationToken);
            list.Ok(SharedTables, "its tables are there (schema quartz)");
        }
        catch (SchedulerException exception)
        {
            list.Failed(SharedTables, $"no node starts with its tables as they are (schema quartz): {exception.GetBaseException().Message}");
        }
    }

    private async Task<bool> SchemaAsync(DatabaseAccess access, DatabaseOptions options, CancellationToken cancellationToken)
    {
        Migrator migrator = await access.GetMigratorAsync(cancellationToken);
        try
        {
            MigrationStatus status = await migrator.GetStatusAsync(cancellationToken);
            // A new database is made ready, so that the rest can be tested; one in use is left to the worker that uses it.
            if (status.CurrentVersion == 0 && options.MigrateOnStart)
            {
                await migrator.MigrateAsync(cancellationToken);
                list.Ok(Schema, "created, the database was new");
                return true;
            }

            Tell(status, options.MigrateOnStart);
            return status.CurrentVersion > 0;
        }
        catch (DatabaseException exception)
        {
            list.Failed(Schema, exception);
            return false;
        }
    }

    private void Tell(MigrationStatus status, bool migratesOnStart)
    {
        if (status.IsCurrent)
            list.Ok(Schema, $"current, version {status.CurrentVersion}");
        else if (migratesOnStart)
            list.Warning(Schema, $"{status.Lack}; the next start of the worker puts it right.");
        else
            list.Failed(Schema, $"{status.Lack}, and Database:MigrateOnStart is false. Run \"followersync migrate\".");
    }

    private async Task<bool> RightsAsync(FollowerDatabase database, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> missing = await DatabaseRights.FindMissingAsync(database, cancellationToken);
        if (missing.Count == 0)
            list.Ok(Rights, "the worker may write all its tables");
        else
            list.Failed(Rights, $"the database user lacks: {string.Join("; ", missing)}. Grant it, or connect as the owner of the tables, see db/README.md.");
        if (!await DatabaseRights.KnowsTimeZonesAsync(database, cancellationToken))
            list.Warning(TimeZones, "the server knows no time zone Asia/Shanghai. The worker needs none, but queries of analysts do: install tzdata on the server's machine.");
        foreach (string schema in await DatabaseRights.FindOpenSchemasAsync(database, cancellationToken))
            list.Warning(Rights, $"everybody with a login may create objects in the schema {schema}. The worker uses none of them, but other programs may fall for them: revoke create on schema {schema} from public;");
        return missing.Count == 0;
    }
}
