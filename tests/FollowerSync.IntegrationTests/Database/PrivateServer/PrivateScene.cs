using System.Diagnostics;
using System.Globalization;
using FollowerSync.Database.PrivateServer;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Database.PrivateServer;

/// <summary>A place for a private PostgreSQL, and what can happen to one.</summary>
internal sealed class PrivateScene : IDisposable
{
    public PrivateScene()
    {
        Parent = Directory.CreateTempSubdirectory("followersync-private-").FullName;
        // The account that root drops to has to get through.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Parent, (UnixFileMode)Convert.ToInt32("755", 8));
        Folder = In("postgresql");
    }

    public static bool IsRoot => Environment.IsPrivilegedProcess;

    public string Parent { get; }

    public string Folder { get; set; }

    public int ServerPid => int.Parse(File.ReadLines(PidFile).First(), CultureInfo.InvariantCulture);

    private string PidFile => Path.Combine(Folder, "data", "postmaster.pid");

    public string In(string name) => Path.Combine(Parent, name);

    public Task<PrivatePostgresServer> StartAsync(ClusterKind kind = ClusterKind.Data) =>
        new PrivatePostgres(new PrivatePostgresOptions { Folder = Folder, Kind = kind }, TimeProvider.System, NullLogger<PrivatePostgres>.Instance).StartAsync(default);

    public async Task<string> RefusalAsync(ClusterKind kind = ClusterKind.Data) =>
        (await Should.ThrowAsync<FolderNotOursException>(() => StartAsync(kind))).Message;

    /// <summary>As the out-of-memory killer does.</summary>
    public void KillServer()
    {
        using Process process = Process.GetProcessById(ServerPid);
        process.Kill();
        process.WaitForExit();
    }

    public static async Task<object?> ReadAsync(string connectionString, string sql)
    {
        await using NpgsqlConnection connection = new(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public void Dispose()
    {
        try
        {
            if (File.Exists(PidFile))
                KillServer();
        }
        catch (ArgumentException)
        {
            // The test has killed it already.
        }

        Directory.Delete(Parent, recursive: true);
    }
}
