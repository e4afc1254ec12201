using Dapper;
using FollowerSync.Database;
using FollowerSync.Database.PrivateServer;
using Npgsql;

namespace FollowerSync.CommandLine.Demo;

/// <summary>The demo's own PostgreSQL, apart from any real data, and emptied: the fake WeChat begins anew at each start, so what an earlier
/// demo stored would look like hundreds of people who came and left at once.</summary>
internal sealed class DemoDatabase : IAsyncDisposable
{
    // In the database of the demo's name, of a cluster whose folder bears the demo's mark: see ClusterKind. Nothing else is ever dropped.
    private const string EmptySql = "drop schema if exists wechat cascade; drop schema if exists followersync cascade";

    private readonly PrivatePostgresServer _server;
    private readonly FolderLock _alone;

    private DemoDatabase(PrivatePostgresServer server, FolderLock alone)
    {
        _server = server;
        _alone = alone;
    }

    /// <summary>Holds the password.</summary>
    public string ConnectionString => _server.ConnectionString;

    public string PsqlCommand => _server.PsqlCommand;

    public string Folder => _server.Folder;

    /// <param name="folder">Where; empty = in the user's data folder.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Hears of a server that cannot be stopped.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="FolderNotOursException">The folder is neither new nor a demo's; nothing in it was touched.</exception>
    /// <exception cref="UsageException">Another demo of this user runs.</exception>
    /// <exception cref="DatabaseException">PostgreSQL cannot be had; the text says what to do.</exception>
    public static async Task<DemoDatabase> StartAsync(string folder, TimeProvider time, ILogger<PrivatePostgres> logger, CancellationToken cancellationToken)
    {
        PrivatePostgresServer server = await new PrivatePostgres(new PrivatePostgresOptions { Folder = folder, Name = "demo", Kind = ClusterKind.Demo }, time, logger).StartAsync(cancellationToken);
        FolderLock? alone = FolderLock.TryTake(Path.Combine(server.Folder, "demo.lock"));
        try
        {
            if (alone is null)
                throw new UsageException($"Another demo of this user is running in {server.Folder}. Stop it first.");
            await EmptyAsync(server.ConnectionString, cancellationToken);
            return new DemoDatabase(server, alone);
        }
        catch
        {
            alone?.Dispose();
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _alone.Dispose();
    }

    private static async Task EmptyAsync(string connectionString, CancellationToken cancellationToken)
    {
        NpgsqlConnectionStringBuilder unpooled = new(connectionString) { Pooling = false };
        await using NpgsqlConnection connection = new(unpooled.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(EmptySql, cancellationToken: cancellationToken));
    }
}
