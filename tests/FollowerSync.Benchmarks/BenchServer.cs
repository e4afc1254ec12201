using FollowerSync.Database;
using FollowerSync.Database.PrivateServer;
using FollowerSync.Database.Schema;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.Benchmarks;

/// <summary>The PostgreSQL of a benchmark: private, with the durable settings users have.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private readonly PrivatePostgresServer _server;
    private readonly NpgsqlDataSource _admin;
    private readonly string _folder;
    private int _databases;

    private BenchServer(PrivatePostgresServer server, string folder)
    {
        _server = server;
        _folder = folder;
        _admin = NpgsqlDataSource.Create(server.ConnectionString);
    }

    public static async Task<BenchServer> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("followersync-bench-").FullName;
        PrivatePostgres postgres = new(new PrivatePostgresOptions { Folder = folder }, TimeProvider.System, NullLogger<PrivatePostgres>.Instance);
        return new BenchServer(await postgres.StartAsync(default), folder);
    }

    /// <summary>A migrated database; its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        string name = $"bench_{++_databases}";
        await ExecuteAsync($"create database {name}");
        string connectionString = new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = name, PersistSecurityInfo = true }.ConnectionString;
        await using NpgsqlDataSource dataSource = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await new Migrator(dataSource, Migrations.Embedded(), ViewSet.Embedded(), MigrationWaits.From(new DatabaseOptions()), TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(default);
        await ExecuteAsync("checkpoint");
        return connectionString;
    }

    /// <summary>A copy of a database nobody is connected to.</summary>
    public async Task<string> CopyDatabaseAsync(string connectionString)
    {
        string name = $"bench_{++_databases}";
        var copy = new NpgsqlConnectionStringBuilder(connectionString);
        await ExecuteAsync($"create database {name} template {copy.Database}");
        copy.Database = name;
        return copy.ConnectionString;
    }

    /// <summary>Runs statements in a database, however long they take.</summary>
    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using NpgsqlDataSource dataSource = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using NpgsqlCommand command = dataSource.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>What autovacuum does within minutes of a first load, so that the next sync finds a table as it is in use.</summary>
    public async Task SettleAsync(string connectionString)
    {
        await ExecuteAsync(connectionString, "vacuum (analyze)");
        await ExecuteAsync("checkpoint");
    }

    public Task DropDatabaseAsync(string connectionString) =>
        ExecuteAsync($"drop database {new NpgsqlConnectionStringBuilder(connectionString).Database} with (force)");

    public async Task<long> ReadWalAsync()
    {
        await using NpgsqlCommand command = _admin.CreateCommand("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The process whose children are the server's.</summary>
    public async Task<int> FindPostmasterAsync()
    {
        await using NpgsqlCommand command = _admin.CreateCommand("select pg_backend_pid()");
        return ProcessorTime.ParentOf((int)(await command.ExecuteScalarAsync())!);
    }

    public async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = _admin.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }
}
