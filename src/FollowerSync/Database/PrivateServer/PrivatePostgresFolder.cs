using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace FollowerSync.Database.PrivateServer;

/// <summary>What lies where in the folder of the private PostgreSQL.</summary>
internal sealed class PrivatePostgresFolder(string path, bool disposable)
{
    public const string UserName = "followersync";

    /// <summary>For root, whose own home no other account may enter.</summary>
    private const string SystemFolder = "/var/lib/followersync";

    private const int SocketPort = 5432;

    public string Path { get; } = path;

    /// <summary>PostgreSQL's own folder (PGDATA).</summary>
    public string Data => In("data");

    /// <summary>Where a new cluster grows; becomes <see cref="Data"/> when it is whole.</summary>
    public string Unfinished => In("data.new");

    /// <summary>Our part of the server's settings, included by its own.</summary>
    public string SettingsFile => System.IO.Path.Combine(Data, "followersync.conf");

    public string LogFile => In("server.log");

    /// <summary>Held while somebody starts or stops the server.</summary>
    public string LockFile => In("lock");

    /// <summary>One locked file for each program that uses the server.</summary>
    public string Users => In("users");

    public string PasswordFile => In("password");

    /// <summary>For psql, in libpq's format.</summary>
    public string PassFile => In("pgpass");

    public bool Exists => File.Exists(System.IO.Path.Combine(Data, "PG_VERSION"));

    /// <summary>Major version of the cluster; null when there is none yet.</summary>
    public int? Major => Exists ? int.Parse(File.ReadAllText(System.IO.Path.Combine(Data, "PG_VERSION")), CultureInfo.InvariantCulture) : null;

    /// <summary>The folder of the settings, or the one that suits this user.</summary>
    /// <exception cref="PrivatePostgresException">The user has no data folder.</exception>
    public static string Choose(PrivatePostgresOptions options, ServerAccount? account)
    {
        if (options.Folder.Length > 0)
            return System.IO.Path.GetFullPath(options.Folder);
        if (account is not null)
            return System.IO.Path.Combine(SystemFolder, options.Name);

        string home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return home.Length > 0
            ? System.IO.Path.Combine(home, "followersync", options.Name)
            : throw new PrivatePostgresException("The user has no data folder for the private PostgreSQL.", "Set Database:PrivateFolder to an absolute path.");
    }

    public NpgsqlConnectionStringBuilder Connection(string database) => new()
    {
        Host = Host,
        Port = Port,
        Database = database,
        Username = UserName,
        Password = File.ReadAllText(PasswordFile),
    };

    /// <summary>The command that opens the database for a person; the password stays in <see cref="PassFile"/>.</summary>
    public string PsqlCommand(string database) => string.Create(
        CultureInfo.InvariantCulture, $"psql \"host={Quoted(Host)} port={Port} dbname={database} user={UserName} passfile={Quoted(PassFile)}\"");

    /// <summary>Writes a new random password where only the owner of the folder can read it.</summary>
    public void WritePassword()
    {
        string password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        WriteSecret(PasswordFile, password);
        WriteSecret(PassFile, $"*:*:*:{UserName}:{password}\n");
    }

    /// <summary>Writes the server's settings, with the port of last time if it is still free.</summary>
    public void WriteSettings()
    {
        int port = disposable ? SocketPort : IsFree(Port) ? Port : FindFreePort();
        string listen = disposable
            ? $"""
              listen_addresses = ''
              unix_socket_directories = '{Path.Replace("'", "''", StringComparison.Ordinal)}'
              fsync = off
              full_page_writes = off
              synchronous_commit = off
              max_connections = 300
              """
            : """
              listen_addresses = '127.0.0.1'
              unix_socket_directories = ''
              shared_buffers = '256MB'
              """;
        File.WriteAllText(SettingsFile, string.Create(CultureInfo.InvariantCulture, $"""
            # Written by FollowerSync at every start; put your own settings into postgresql.conf below the include.
            {listen}
            port = {port}
            max_wal_size = '2GB'
            """) + "\n");
        File.WriteAllText(PortFile, port.ToString(CultureInfo.InvariantCulture));
    }

    private string Host => disposable ? Path : "127.0.0.1";

    private string PortFile => In("port");

    private int Port =>
        File.Exists(PortFile) && int.TryParse(File.ReadAllText(PortFile), NumberStyles.None, CultureInfo.InvariantCulture, out int port) ? port : 0;

    private static bool IsFree(int port)
    {
        if (port == 0)
            return false;

        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FindFreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static void WriteSecret(string file, string text)
    {
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using StreamWriter writer = new(file, options);
        writer.Write(text);
    }

    // libpq's rules: within single quotes, quotes and backslashes are escaped. Windows takes slashes as well.
    private static string Quoted(string value) =>
        $"'{(OperatingSystem.IsWindows() ? value.Replace('\\', '/') : value).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
