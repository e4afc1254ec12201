using FollowerSync.Database.PrivateServer;
using FollowerSync.Database.Schema;
using FollowerSync.Languages;
using FollowerSync.Settings;
using Microsoft.Extensions.Options;
using Npgsql;

namespace FollowerSync.Database.Opening;

/// <summary>
/// The way to the database: starts the private PostgreSQL when no connection string is set, connects, and sees to the schema.
/// A command opens it first and asks for the stores afterwards.
/// </summary>
internal sealed class DatabaseAccess(
    IConfiguration configuration, IOptions<DatabaseOptions> options, PrivatePostgres privatePostgres, SecretSettings secrets, TimeProvider time, ILoggerFactory loggerFactory)
    : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private FollowerDatabase? _database;
    private DatabasePassword? _password;
    private bool _schemaIsCurrent;

    /// <summary>The opened database.</summary>
    /// <exception cref="InvalidOperationException">Neither <see cref="OpenAsync"/> nor <see cref="ConnectAsync"/> was awaited before.</exception>
    public FollowerDatabase Database => _database
        ?? throw new InvalidOperationException($"Await {nameof(DatabaseAccess)}.{nameof(OpenAsync)} before asking for the database.");

    /// <summary>The server this program started or joined; null when a connection string is set, and before connecting.</summary>
    public PrivatePostgresServer? PrivateServer { get; private set; }

    /// <summary>Whether the settings name no server, so that a private one is used.</summary>
    public bool IsPrivate => string.IsNullOrWhiteSpace(ConnectionString);

    private string? ConnectionString => configuration.GetConnectionString(DatabaseOptions.ConnectionStringName);

    /// <summary>A database whose schema is that of this program: waits for it, and applies what is pending if the settings allow it.</summary>
    /// <exception cref="DatabaseException">It cannot be had; the text says why and what to do.</exception>
    public async Task<FollowerDatabase> OpenAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            FollowerDatabase database = await BuildAsync(cancellationToken);
            if (!_schemaIsCurrent)
            {
                await PrimarySearch.RequireAsync(database, cancellationToken);
                (Version version, string? encoding) = await database.RunAsync(tx => Task.FromResult((tx.ServerVersion, tx.ServerEncoding)), cancellationToken);
                Migrator.RequireServer(version, encoding);
                await BringSchemaUpAsync(database, cancellationToken);
                _schemaIsCurrent = true;
            }

            return database;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A database as it is, tried once and its schema not looked at: for <c>check</c> and <c>migrate</c>.</summary>
    /// <exception cref="DatabaseException">It cannot be had; the text says why and what to do.</exception>
    public async Task<FollowerDatabase> ConnectAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            FollowerDatabase database = await BuildAsync(cancellationToken);
            await PrimarySearch.RequireSomeAsync(database, cancellationToken);
            await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
            Migrator.RequireServer(connection.PostgreSqlVersion, connection.PostgresParameters.GetValueOrDefault("server_encoding"));
            return database;
        }
        catch (Exception exception) when (_database is { } database && DatabaseUnavailableException.Explains(exception))
        {
            throw DatabaseUnavailableException.From(exception, new NpgsqlConnectionStringBuilder(database.DataSource.ConnectionString), PrivateServer?.LogFile);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The migrator with the scripts of this program. Connects first if need be.</summary>
    /// <exception cref="DatabaseException">The database cannot be had; the text says why and what to do.</exception>
    public async Task<Migrator> GetMigratorAsync(CancellationToken cancellationToken) =>
        CreateMigrator(await ConnectAsync(cancellationToken));

    /// <summary>For a verb that reads what is stored and must not change the schema.</summary>
    /// <exception cref="MigrationException">The schema, or its views, are older than the program.</exception>
    public async Task RequireCurrentSchemaAsync(CancellationToken cancellationToken)
    {
        MigrationStatus schema = await (await GetMigratorAsync(cancellationToken)).GetStatusAsync(cancellationToken);
        if (!schema.IsCurrent)
            throw new MigrationException($"The database {schema.Lack}.", "Run \"followersync migrate\", or start the worker.");
    }

    /// <summary>Connections of one's own to the opened database, for a program part that brings its own statements and does not see what they fail by: none of them leads to a server
    /// that takes no writes. Its owner disposes of it.</summary>
    /// <param name="size">Most connections at once.</param>
    /// <param name="longestStatement">How long a statement may take.</param>
    public NpgsqlDataSource BuildPool(int size, TimeSpan longestStatement)
    {
        FollowerDatabase database = Database;
        NpgsqlConnectionStringBuilder settings = new(PrivateServer?.ConnectionString ?? ConnectionString) { MinPoolSize = 0, MaxPoolSize = size, CommandTimeout = (int)longestStatement.TotalSeconds };
        NpgsqlDataSource pool = FollowerDataSource.Build(settings.ConnectionString, options.Value, _password, refusesStandby: true);
        database.Accompany(pool);
        return pool;
    }

    /// <summary>For a verb that writes.</summary>
    /// <exception cref="StandbyException">The server takes no writes.</exception>
    /// <exception cref="MigrationException">The schema, or its views, are older than the program.</exception>
    public async Task RequireWritableAsync(CancellationToken cancellationToken)
    {
        await PrimarySearch.RequireAsync(await ConnectAsync(cancellationToken), cancellationToken);
        await RequireCurrentSchemaAsync(cancellationToken);
    }

    /// <summary>What keeps the worker from its work, fit to be shown to anybody; null when nothing does.</summary>
    public async Task<Sentence?> FindLackAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PrimarySearch.RequireAsync(await ConnectAsync(cancellationToken), cancellationToken);
        }
        catch (StandbyException exception)
        {
            return exception.Lack;
        }

        MigrationStatus schema = await (await GetMigratorAsync(cancellationToken)).GetStatusAsync(cancellationToken);
        return schema.IsCurrent ? null : (Sentence)$"the database {schema.Lack}";
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is { } database)
            await database.DataSource.DisposeAsync();
        if (PrivateServer is { } server)
            await server.DisposeAsync();
        _gate.Dispose();
    }

    private async Task<FollowerDatabase> BuildAsync(CancellationToken cancellationToken)
    {
        if (_database is { } built)
            return built;
        if (IsPrivate)
            PrivateServer ??= await privatePostgres.StartAsync(cancellationToken);

        _password = IsPrivate || DatabaseOptions.PartsOf(ConnectionString!) is null ? null : new DatabasePassword(secrets, ConnectionString!);
        NpgsqlDataSource dataSource = FollowerDataSource.Build(PrivateServer?.ConnectionString ?? ConnectionString!, options.Value, _password);
        return _database = new FollowerDatabase(dataSource, options.Value, time, loggerFactory.CreateLogger<FollowerDatabase>())
        {
            PrivateLog = PrivateServer?.LogFile,
            Password = _password,
            Language = AnalystsOptions.TextsOf(configuration),
        };
    }

    private async Task BringSchemaUpAsync(FollowerDatabase database, CancellationToken cancellationToken)
    {
        Migrator migrator = CreateMigrator(database);
        if (options.Value.MigrateOnStart)
        {
            await migrator.MigrateAsync(cancellationToken);
            return;
        }

        MigrationStatus status = await migrator.GetStatusAsync(cancellationToken);
        if (!status.IsCurrent)
        {
            throw new MigrationException(
                $"The database {status.Lack}, and Database:MigrateOnStart is false.",
                "Run \"followersync migrate\".");
        }
    }

    private Migrator CreateMigrator(FollowerDatabase database) =>
        new(database.DataSource, Migrations.Embedded(), ViewSet.Embedded(SchemaComments.Embedded(AnalystsOptions.LanguageOf(configuration))), MigrationWaits.From(options.Value), time, loggerFactory.CreateLogger<Migrator>());
}
