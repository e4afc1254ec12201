using FollowerSync.Analysts;
using FollowerSync.Database;
using FollowerSync.Database.Schema;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A database as db/README sets one up: it belongs to the worker's login, which may nothing else on the server.</summary>
internal sealed class OwnedDatabase : IAsyncDisposable
{
    private OwnedDatabase(TestDatabase database, string worker)
    {
        Tables = database;
        Worker = worker;
        ConnectionString = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = worker, Password = worker }.ConnectionString;
        DataSource = FollowerDataSource.Build(ConnectionString, new DatabaseOptions());
        Database = new FollowerDatabase(DataSource, new DatabaseOptions(), TimeProvider.System, NullLogger<FollowerDatabase>.Instance);
        Administrator = NpgsqlDataSource.Create(database.ConnectionString + ";Pooling=false");
    }

    /// <summary>The database as a superuser sees it.</summary>
    public TestDatabase Tables { get; }

    public string Worker { get; }

    /// <summary>The worker's.</summary>
    public string ConnectionString { get; }

    public NpgsqlDataSource DataSource { get; }

    public FollowerDatabase Database { get; }

    public NpgsqlDataSource Administrator { get; }

    /// <summary>The database as an administrator changes it.</summary>
    public FollowerDatabase ByAdministrator => new(Administrator, new DatabaseOptions { Retries = 0 }, TimeProvider.System, NullLogger<FollowerDatabase>.Instance);

    public string Name => new NpgsqlConnectionStringBuilder(ConnectionString).Database!;

    public AnalystRoleNames Roles => new(Name);

    public static async Task<OwnedDatabase> CreateAsync(bool migrated = true)
    {
        TestDatabase database = await TestDatabase.CreateEmptyAsync();
        OwnedDatabase owned = new(database, NewLogin("worker"));
        await database.ExecuteAsync($"create role {owned.Worker} login password '{owned.Worker}'; alter database {owned.Name} owner to {owned.Worker}");
        if (migrated)
            await new Migrator(owned.DataSource, Migrations.Embedded(), ViewSet.Embedded(), MigrationWaits.From(new DatabaseOptions()), TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(default);
        return owned;
    }

    /// <summary>A name no other test uses; logins belong to the whole server.</summary>
    public static string NewLogin(string kind) => $"{kind}_{Guid.NewGuid():N}"[..24];

    /// <summary>Connects as a login of this server.</summary>
    public NpgsqlDataSource ConnectAs(string login, string password, string? database = null) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Tables.ConnectionString)
        {
            Username = login,
            Password = password,
            Database = database ?? Name,
            Pooling = false,
        }.ConnectionString);

    /// <summary>Gives a new login, as an administrator.</summary>
    public async Task<(string Login, string Password)> GrantAsync(bool withPersonalColumns, string? login = null)
    {
        login ??= NewLogin("analyst");
        LoginChange change = await new AnalystRoles(Database, ByAdministrator).GrantAsync(login, withPersonalColumns, renewsPassword: true, asScript: false, default);
        return (login, change.Password!);
    }

    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await Administrator.DisposeAsync();
        await Tables.DisposeAsync();
    }
}
