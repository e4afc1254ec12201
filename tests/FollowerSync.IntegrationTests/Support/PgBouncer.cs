using FollowerSync.Database.PrivateServer;
using Npgsql;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A real PgBouncer in front of a test's server. Each transaction takes the session that rested longest, so that whatever was left in one is missed at once.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private readonly PeerServer _server;
    private readonly NpgsqlConnectionStringBuilder _connection;

    private PgBouncer(PeerServer server, string connectionString)
    {
        _server = server;
        _connection = new NpgsqlConnectionStringBuilder(connectionString) { Host = "127.0.0.1", Port = server.Port, RequireAuth = null };
    }

    /// <summary>How the program connects.</summary>
    public string ConnectionString => _connection.ConnectionString;

    /// <param name="connectionString">The server's.</param>
    /// <param name="mode"><c>transaction</c> or <c>session</c>.</param>
    /// <param name="poolSize">Sessions of the server.</param>
    public static async Task<PgBouncer> StartAsync(string connectionString, string mode = "transaction", int poolSize = 8) => new(
        await PeerServer.StartAsync("pgbouncer", (port, folder) =>
        [
            .. ServerAccount.Current() is { } account ? ["-u", account.Name] : Array.Empty<string>(),
            Write(new NpgsqlConnectionStringBuilder(connectionString), port, folder, mode, poolSize),
        ]),
        connectionString);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static string Write(NpgsqlConnectionStringBuilder server, int port, string folder, string mode, int poolSize)
    {
        const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        string users = Path.Combine(folder, "users.txt"), settings = Path.Combine(folder, "pgbouncer.ini");
        File.WriteAllText(users, $"\"{server.Username}\" \"{server.Password}\"\n");
        File.WriteAllText(settings, FormattableString.Invariant(
            $"""
            [databases]
            * = host={server.Host} port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {users}
            pool_mode = {mode}
            default_pool_size = {poolSize}
            server_round_robin = 1
            server_login_retry = 1
            """) + "\n");
        if (!OperatingSystem.IsWindows() && ServerAccount.Current() is not null)
        {
            foreach (string path in (string[])[folder, users, settings])
                File.SetUnixFileMode(path, Readable);
        }

        return settings;
    }
}
