using System.Diagnostics;
using System.Globalization;
using FollowerSync.Database.PrivateServer;
using FollowerSync.IntegrationTests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Chaos;

/// <summary>A private PostgreSQL that is killed now and then. It flushes nothing to the disk, which the death of a process does not need, but
/// every commit reaches the operating system before it is confirmed.</summary>
internal sealed class CrashingPostgres : IAsyncDisposable
{
    private readonly string _folder;
    private readonly List<PrivatePostgresServer> _started = [];
    private readonly Process _cleaner;

    private CrashingPostgres(string folder)
    {
        _folder = folder;
        _cleaner = TestServer.RemoveAtExit(folder);
    }

    /// <summary>Where it listens at present; another port after a restart if somebody took the old one meanwhile.</summary>
    public string ConnectionString => _started[^1].ConnectionString;

    public string Password => new NpgsqlConnectionStringBuilder(ConnectionString).Password!;

    public static async Task<CrashingPostgres> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("followersync-chaos-").FullName;
        CrashingPostgres postgres = new(folder);
        await postgres.StartServerAsync();
        await postgres.SetAsync("fsync = off");
        return postgres;
    }

    /// <summary>Changes a setting of the server that needs no restart.</summary>
    public async Task SetAsync(string setting)
    {
        await ExecuteAsync($"alter system set {setting}");
        await ExecuteAsync("select pg_reload_conf()");
    }

    /// <summary>SIGKILL for the postmaster; its sessions notice and end.</summary>
    public async Task KillAsync()
    {
        using Process postmaster = Process.GetProcessById(PostmasterId());
        postmaster.Kill();
        await postmaster.WaitForExitAsync();
    }

    /// <summary>Ends all sessions and stops: a fast shutdown, which flushes everything, or an immediate one, which the next start recovers from.</summary>
    public async Task StopAsync(bool immediately)
    {
        using Process postmaster = Process.GetProcessById(PostmasterId());
        (immediately ? Signal.Quit : Signal.Interrupt).SendTo(postmaster.Id);
        await postmaster.WaitForExitAsync();
    }

    /// <summary>SIGSTOP for the postmaster and all its children: it takes connections, as far as the system does that for it, and answers nothing.</summary>
    public void Freeze() => SendToAll(Signal.Stop);

    /// <summary>Goes on where <see cref="Freeze"/> stopped it.</summary>
    public void Thaw() => SendToAll(Signal.Continue);

    public async Task StartServerAsync() => _started.Add(await new PrivatePostgres(
        new PrivatePostgresOptions { Folder = _folder }, TimeProvider.System, NullLogger<PrivatePostgres>.Instance).StartAsync(default));

    /// <summary>SIGKILL for one session of the worker: the postmaster then ends all others and recovers, as after the out-of-memory killer.</summary>
    public async Task KillSessionAsync()
    {
        if (await ReadAsync("select pid from pg_stat_activity where application_name = 'followersync' limit 1") is not int pid)
            return;

        try
        {
            using Process session = Process.GetProcessById(pid);
            session.Kill();
            await session.WaitForExitAsync();
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // It ended by itself meanwhile.
        }

        await WaitUntilUpAsync();
    }

    /// <summary>Ends all sessions of the worker, as an administrator or a failover does.</summary>
    public Task EndSessionsAsync() =>
        ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'followersync'");

    public async Task WaitUntilUpAsync()
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (!await IsUpAsync())
            await timer.WaitForNextTickAsync(deadline.Token);
    }

    public async Task ExecuteAsync(string sql) => await ReadAsync(sql);

    public async Task<object?> ReadAsync(string sql)
    {
        await using NpgsqlConnection connection = await OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>A connection that no pool keeps: the server dies too often for that.</summary>
    public async Task<NpgsqlConnection> OpenAsync()
    {
        NpgsqlConnection connection = new(ConnectionString + ";Pooling=false;Application Name=chaos");
        await connection.OpenAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        Thaw();
        foreach (PrivatePostgresServer server in _started)
            await server.DisposeAsync();
        _cleaner.StandardInput.Close();
        await _cleaner.WaitForExitAsync();
        _cleaner.Dispose();
    }

    private int PostmasterId() => int.Parse(File.ReadLines(Path.Combine(_folder, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    private void SendToAll(Signal signal)
    {
        int postmaster = PostmasterId();
        if (!Directory.Exists($"/proc/{postmaster}"))
            return;
        signal.SendTo(postmaster);
        foreach (int child in File.ReadAllText($"/proc/{postmaster}/task/{postmaster}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture)))
            signal.SendTo(child);
    }

    private async Task<bool> IsUpAsync()
    {
        try
        {
            await ReadAsync("select 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
