using FollowerSync.Database;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>
/// A database of one's own on the server of the test run, a copy of the migrated template. A test class gets one by
/// <c>IClassFixture&lt;TestDatabase&gt;</c>; a test that needs a fresh one, by <see cref="CreateAsync"/>.
/// </summary>
public sealed class TestDatabase : IAsyncLifetime, IAsyncDisposable
{
    private NpgsqlDataSource? _dataSource;
    private bool _migrated = true;

    public string ConnectionString { get; private set; } = "";

    public NpgsqlDataSource DataSource => _dataSource ??= FollowerDataSource.Build(ConnectionString, new DatabaseOptions());

    /// <summary>The database as the program sees it, with its usual retries.</summary>
    internal FollowerDatabase Open(DatabaseOptions? options = null) =>
        new(DataSource, options ?? new DatabaseOptions(), TimeProvider.System, NullLogger<FollowerDatabase>.Instance);

    public static async Task<TestDatabase> CreateAsync()
    {
        TestDatabase database = new();
        await database.InitializeAsync();
        return database;
    }

    /// <summary>Without any schema, for tests of the migrator.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync()
    {
        TestDatabase database = new() { _migrated = false };
        await database.InitializeAsync();
        return database;
    }

    public async Task InitializeAsync() =>
        ConnectionString = await (await TestServer.SharedAsync()).CreateDatabaseAsync(_migrated);

    public async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ReadAsync<T>(string sql)
    {
        await using NpgsqlCommand command = DataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_dataSource is not null)
            await _dataSource.DisposeAsync();
        await (await TestServer.SharedAsync()).DropDatabaseAsync(new NpgsqlConnectionStringBuilder(ConnectionString).Database!);
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();
}
