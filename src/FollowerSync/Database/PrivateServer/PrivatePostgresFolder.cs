using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Where = System.IO.Path;

namespace FollowerSync.Database.PrivateServer;

/// <summary>
/// What lies where in the folder of the private PostgreSQL. The folder and what this program writes are its own; <see cref="Data"/>,
/// <see cref="Sockets"/> and <see cref="LogFile"/> are the server's, so that its account can change nothing else.
/// </summary>
internal sealed class PrivatePostgresFolder(string path, ClusterKind kind, bool disposable)
{
    public const string UserName = "followersync";

    /// <summary>For root, whose own home no other account may enter.</summary>
    private const string SystemFolder = "/var/lib/followersync";

    private const int DisposablePort = 5432;

    // The system's limits, less the NUL at the end.
    private static readonly int LongestSocketPath = OperatingSystem.IsLinux() ? 107 : 103;

    // What separates or escapes in the lists of the server's settings and in connection strings.
    private const string Separators = ",:\\\"\n";

    public string Path { get; } = path;

    public string DatabaseName { get; } = kind == ClusterKind.Demo ? "followersync_demo" : "followersync";

    /// <summary>PostgreSQL's own folder (PGDATA).</summary>
    public string Data => In("data");

    /// <summary>Where a new cluster grows; becomes <see cref="Data"/> when it is whole.</summary>
    public string Unfinished => In("data.new");

    /// <summary>Where the server puts its Unix socket; nobody else can, nor reach it.</summary>
    public string Sockets => In("socket");

    /// <summary>Our part of the server's settings, included by its own.</summary>
    public string SettingsFile => In("followersync.conf");

    public string LogFile => In("server.log");

    /// <summary>Held while somebody starts or stops the server.</summary>
    public string LockFile => In("lock");

    /// <summary>One locked file for each program that uses the server.</summary>
    public string Users => In("users");

    public string PasswordFile => In("password");

    /// <summary>For initdb, which runs as the server's account; gone when the cluster is made.</summary>
    public string InitialPasswordFile => In("password.initdb");

    /// <summary>For psql, in libpq's format.</summary>
    public string PassFile => In("pgpass");

    public string VersionFile => Where.Combine(Data, "PG_VERSION");

    public bool Exists => File.Exists(VersionFile);

    /// <summary>Whether programs connect by the Unix socket: not where its path would be too long, and not on Windows.</summary>
    public bool UsesSocket =>
        !OperatingSystem.IsWindows()
        && Encoding.UTF8.GetByteCount(SocketOf(65_535)) <= LongestSocketPath
        && !Path.AsSpan().ContainsAny(Separators);

    /// <summary>Port of last time; 0 when there was none.</summary>
    public int Port =>
        File.Exists(PortFile) && int.TryParse(File.ReadAllText(PortFile), NumberStyles.None, CultureInfo.InvariantCulture, out int port) ? port : 0;

    private string Host => UsesSocket ? Sockets : "127.0.0.1";

    private string PortFile => In("port");

    /// <summary>The folder of the settings, or the one that suits this user.</summary>
    /// <exception cref="PrivatePostgresException">The user has no data folder.</exception>
    public static string Choose(PrivatePostgresOptions options, ServerAccount? account)
    {
        if (options.Folder.Length > 0)
            return Where.TrimEndingDirectorySeparator(Where.GetFullPath(options.Folder));
        if (account is not null)
            return Where.Combine(SystemFolder, options.Name);

        string home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return home.Length > 0
            ? Where.Combine(home, "followersync", options.Name)
            : throw new PrivatePostgresException("The user has no data folder for the private PostgreSQL.", "Set Database:PrivateFolder to an absolute path.");
    }

    /// <summary>Major version of the cluster; null when there is none yet.</summary>
    public async Task<int?> ReadMajorAsync(ServerAccount? account, CancellationToken cancellationToken) =>
        await ServerFile.ReadAsync(VersionFile, account, cancellationToken) is { } text
        && int.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int major) ? major : null;

    // Whoever listens in the server's place gets a proof to check, not the password.
    public NpgsqlConnectionStringBuilder Connection(string database) => new()
    {
        Host = Host,
        Port = Port,
        Database = database,
        Username = UserName,
        Password = File.ReadAllText(PasswordFile),
        RequireAuth = "ScramSHA256",
    };

    /// <summary>The command that opens the database for a person; the password stays in <see cref="PassFile"/>.</summary>
    /// <param name="major">Version of the server and, most likely, of psql, which knows <c>require_auth</c> from 16 on.</param>
    public string PsqlCommand(int major)
    {
        string auth = !UsesSocket && major >= 16 ? " require_auth=scram-sha-256" : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"psql \"host={Quoted(Host)} port={Port} dbname={DatabaseName} user={UserName} passfile={Quoted(PassFile)}{auth}\"");
    }

    /// <summary>Where the server's socket for a port lies.</summary>
    public string SocketOf(int port) => Where.Combine(Sockets, string.Create(CultureInfo.InvariantCulture, $".s.PGSQL.{port}"));

    /// <summary>Writes a new random password where only the owner of the folder can read it.</summary>
    public void WritePassword()
    {
        string password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        OwnFile.Write(PasswordFile, password, OwnFile.Private);
        OwnFile.Write(PassFile, $"*:*:*:{UserName}:{password}\n", OwnFile.Private);
        OwnFile.Write(InitialPasswordFile, password, OwnFile.Private);
    }

    /// <summary>Writes the server's settings, with the port of last time if it is still free. Its connections are enough for a worker that runs as many accounts side by side
    /// as <c>Schedule:MaxConcurrentRuns</c> may say, and for people beside it.</summary>
    /// <param name="keepPort">Whether programs know the port and go on with it: when somebody else listens on it meanwhile, the socket alone remains.</param>
    /// <exception cref="PrivatePostgresException">The port has to be kept, is taken, and there is no socket.</exception>
    public void WriteSettings(bool keepPort)
    {
        bool free = LoopbackPort.IsFree(Port);
        if (keepPort && !free && !UsesSocket)
        {
            throw new PrivatePostgresException(
                $"Another program listens on 127.0.0.1:{Port}, the port of the private PostgreSQL in {Path}.",
                "Stop it, or stop all programs that use the private PostgreSQL: the next start takes another port.");
        }

        int port = disposable && UsesSocket ? DisposablePort : free || (keepPort && Port > 0) ? Port : LoopbackPort.FindFree();
        bool listens = !(disposable && UsesSocket) && (free || port != Port);
        string speed = disposable
            ? """
              fsync = off
              full_page_writes = off
              synchronous_commit = off
              """
            : "shared_buffers = '256MB'";
        OwnFile.Write(SettingsFile, string.Create(CultureInfo.InvariantCulture, $"""
            # Written by FollowerSync at every start; put your own settings into data/postgresql.conf below the include.
            listen_addresses = '{(listens ? "127.0.0.1" : "")}'
            unix_socket_directories = '{(UsesSocket ? Sockets.Replace("'", "''", StringComparison.Ordinal) : "")}'
            port = {port}
            max_connections = 450
            max_wal_size = '2GB'
            {speed}
            """) + "\n", OwnFile.Readable);
        OwnFile.Write(PortFile, port.ToString(CultureInfo.InvariantCulture), OwnFile.Private);
    }

    // libpq's rules: within single quotes, quotes and backslashes are escaped. Windows takes slashes as well.
    private static string Quoted(string value) =>
        $"'{(OperatingSystem.IsWindows() ? value.Replace('\\', '/') : value).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private string In(string name) => Where.Combine(Path, name);
}
