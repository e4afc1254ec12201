using System.Diagnostics;
using FollowerSync.Database.PrivateServer;
using FollowerSync.IntegrationTests.Chaos;
using Npgsql;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A streaming standby of a test's server, made by <c>pg_basebackup</c>, on a loopback port of its own. It ends with the test, and with this program.</summary>
internal sealed class StandbyServer : IAsyncDisposable
{
    private readonly CrashingPostgres _primary;
    private readonly Process _cleaner;

    private StandbyServer(CrashingPostgres primary, Process cleaner, int port)
    {
        _primary = primary;
        _cleaner = cleaner;
        ConnectionString = OverTcp(primary, port).ConnectionString;
        BothServers = new NpgsqlConnectionStringBuilder(ConnectionString) { Host = FormattableString.Invariant($"127.0.0.1:{OverTcp(primary).Port},127.0.0.1:{port}") }.ConnectionString;
    }

    /// <summary>How to connect to it alone.</summary>
    public string ConnectionString { get; }

    /// <summary>How to connect to whichever of it and its primary takes writes.</summary>
    public string BothServers { get; }

    public static async Task<StandbyServer> StartAsync(CrashingPostgres primary)
    {
        string folder = Directory.CreateTempSubdirectory("followersync-standby-").FullName;
        string data = Path.Combine(folder, "data");
        // The server's account works here, and its settings include a file beside its data.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        await File.WriteAllTextAsync(Path.Combine(folder, "followersync.conf"), "");
        Process cleaner = TestServer.RemoveAtExit(folder);

        int port = LoopbackPort.FindFree();
        NpgsqlConnectionStringBuilder source = OverTcp(primary);
        PostgresBinaries programs = await PostgresBinaries.FindAsync(PostgresSearchPath.Default(), major: null, folder, default);
        await RunAsync(
            Path.Combine(programs.Folder, "pg_basebackup"),
            "--pgdata", data, "--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync",
            "--dbname", FormattableString.Invariant($"host=127.0.0.1 port={source.Port} user={source.Username} password={source.Password}"));
        await RunAsync(
            programs.PgCtl, "start", "--pgdata", data, "--log", Path.Combine(folder, "server.log"), "--wait", "--silent",
            "--options", FormattableString.Invariant($"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections={await primary.ReadAsync("show max_connections")}"));
        return new StandbyServer(primary, cleaner, port);
    }

    /// <summary>Waits until it has all that its primary has.</summary>
    public async Task CatchUpAsync()
    {
        string reached = (string)(await _primary.ReadAsync("select pg_current_wal_lsn()::text"))!;
        await UntilAsync($"select pg_last_wal_replay_lsn() >= '{reached}'");
    }

    /// <summary>From now on it hears nothing of its primary any more.</summary>
    public async Task CutOffAsync()
    {
        await ReadAsync("alter system set primary_conninfo = ''");
        await ReadAsync("select pg_reload_conf()");
        await UntilAsync("select not exists (select from pg_stat_wal_receiver)");
    }

    public async Task PromoteAsync()
    {
        if (await ReadAsync("select pg_promote()") is not true)
            throw new InvalidOperationException("The standby was not promoted in time.");
    }

    public async Task<object?> ReadAsync(string sql)
    {
        await using NpgsqlConnection connection = new(ConnectionString + ";Pooling=false;Application Name=test");
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _cleaner.StandardInput.Close();
        await _cleaner.WaitForExitAsync();
        _cleaner.Dispose();
    }

    private static NpgsqlConnectionStringBuilder OverTcp(CrashingPostgres primary, int? port = null)
    {
        NpgsqlConnectionStringBuilder connection = new(primary.ConnectionString) { Host = "127.0.0.1" };
        connection.Port = port ?? connection.Port;
        return connection;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        PostgresCommand.Answer answer = await PostgresCommand.RunAsync(program, arguments, ServerAccount.Current(), default);
        if (answer.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed: {answer.Output}");
    }

    private async Task UntilAsync(string sql)
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (await ReadAsync(sql) is not true)
            await timer.WaitForNextTickAsync(deadline.Token);
    }
}
