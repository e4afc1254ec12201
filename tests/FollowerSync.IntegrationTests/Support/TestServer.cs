using System.Diagnostics;
using System.Globalization;
using FollowerSync.Database;
using FollowerSync.Database.PrivateServer;
using FollowerSync.Database.Schema;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>The PostgreSQL of a test run: started by the first test that needs it, stopped and removed when the run ends or is killed.</summary>
internal sealed class TestServer
{
    private const string Template = "template_followersync";
    private const string PartedTemplate = "template_parted";

    private const string Memory = "/dev/shm";
    private const long RoomInMemory = 8L << 30;

    // Ends when our end of the pipe closes, which also happens to a killed run; the test host gets too little time to clean up by itself.
    private const string CleanUp = """
        trap '' INT HUP TERM
        cat >/dev/null
        pid=$(head -n 1 "$0/data/postmaster.pid") && kill -QUIT "$pid"
        while [ -e "$0/data/postmaster.pid" ] && kill -0 "$pid"; do sleep 0.1; done
        rm -rf "$0"
        """;

    private static readonly Lazy<Task<TestServer>> Shared = new(StartAsync);

    private readonly PrivatePostgresServer _server;
    private readonly NpgsqlDataSource _admin;
    private readonly Process _cleaner;
    private readonly Lazy<Task<string>> _parted;
    private int _databases;

    private TestServer(PrivatePostgresServer server, Process cleaner)
    {
        _server = server;
        _cleaner = cleaner;
        _admin = NpgsqlDataSource.Create(server.ConnectionString);
        _parted = new Lazy<Task<string>>(PartAsync);
    }

    public static Task<TestServer> SharedAsync() => Shared.Value;

    /// <summary>The connection string of a new database: a copy of the migrated one, or an empty one.</summary>
    public async Task<string> CreateDatabaseAsync(bool migrated)
    {
        if (_cleaner.HasExited)
            throw new InvalidOperationException("Somebody stopped the PostgreSQL of the test run.");

        string name = $"test_{Interlocked.Increment(ref _databases)}";
        string template = !migrated ? "template0" : SpreadTables.AreAskedFor ? await _parted.Value : Template;
        // Copied as files, a database takes 0.6 of the processor time it takes through the log, and its end too.
        await ExecuteAsync($"create database {name} template {template} strategy file_copy");
        // A copy has the tables of a migrated database and not its settings. Without this one half of the time of all tests is PostgreSQL compiling queries.
        if (migrated)
            await ExecuteAsync($"alter database {name} set jit = off");
        return ConnectionStringOf(name);
    }

    public Task DropDatabaseAsync(string name) => ExecuteAsync($"drop database if exists {name} with (force)");

    private static async Task<TestServer> StartAsync()
    {
        string folder = NewFolder();
        PrivatePostgres postgres = new(
            new PrivatePostgresOptions { Folder = folder, Disposable = true }, TimeProvider.System, NullLogger<PrivatePostgres>.Instance);
        TestServer server = new(await postgres.StartAsync(default), RemoveAtExit(folder));
        await server.RequireAskedVersionAsync();
        await server.ExecuteAsync($"create database {Template} template template0");
        await using NpgsqlDataSource template = NpgsqlDataSource.Create(server.ConnectionStringOf(Template) + ";Pooling=false");
        await MigrateAsync(template);
        return server;
    }

    // A thousand databases are made and dropped: in memory that takes a third of the processor time.
    private static string NewFolder() => OperatingSystem.IsLinux() && Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace > RoomInMemory
        ? Directory.CreateDirectory(Path.Combine(Memory, $"followersync-tests-{Path.GetRandomFileName()}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName
        : Directory.CreateTempSubdirectory("followersync-tests-").FullName;

    private async Task<string> PartAsync()
    {
        await ExecuteAsync($"create database {PartedTemplate} template {Template}");
        await using NpgsqlDataSource parted = NpgsqlDataSource.Create(ConnectionStringOf(PartedTemplate) + ";Pooling=false");
        await SpreadTables.PartitionAsync(parted);
        await MigrateAsync(parted);
        await using NpgsqlCommand views = parted.CreateCommand(SpreadTables.ViewsSql);
        await views.ExecuteNonQueryAsync();
        return PartedTemplate;
    }

    private static async Task MigrateAsync(NpgsqlDataSource template)
    {
        Migrator migrator = new(template, Migrations.Embedded(), ViewSet.Embedded(), MigrationWaits.From(new DatabaseOptions()), TimeProvider.System, NullLogger<Migrator>.Instance);
        await migrator.MigrateAsync(default);
    }

    // eng/test.sh --postgres: a newer server of the system would be taken before the one that was asked for.
    private async Task RequireAskedVersionAsync()
    {
        await using NpgsqlConnection connection = await _admin.OpenConnectionAsync();
        string major = connection.PostgreSqlVersion.Major.ToString(CultureInfo.InvariantCulture);
        if (Environment.GetEnvironmentVariable("FOLLOWERSYNC_TEST_POSTGRES") is { Length: > 0 } asked && asked != major)
            throw new InvalidOperationException($"The tests were to run on PostgreSQL {asked}, but found {major}.");
    }

    /// <summary>Stops the server in the folder and removes both, once this program or the returned process' input ends.</summary>
    public static Process RemoveAtExit(string folder)
    {
        ProcessStartInfo start = new("/bin/sh", ["-c", CleanUp, folder])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private string ConnectionStringOf(string database) =>
        new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = database }.ConnectionString;

    private async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = _admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
