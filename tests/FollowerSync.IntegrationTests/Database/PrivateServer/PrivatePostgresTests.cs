using System.Diagnostics;
using System.Globalization;
using FollowerSync.Database.PrivateServer;
using FollowerSync.Scheduling;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FollowerSync.IntegrationTests.Database.PrivateServer;

/// <summary>Servers of their own, started and stopped for each test; over TCP and with nothing traded for speed where that is the point.</summary>
public sealed class PrivatePostgresTests : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("followersync-private-").FullName;

    public PrivatePostgresTests()
    {
        // The account that root drops to has to get through.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_parent, (UnixFileMode)Convert.ToInt32("755", 8));
    }

    private string Folder => Path.Combine(_parent, "it's a folder");

    private string PidFile => Path.Combine(Folder, "data", "postmaster.pid");

    public void Dispose()
    {
        if (File.Exists(PidFile))
            Kill(ReadPid());
        Directory.Delete(_parent, recursive: true);
    }

    [Fact]
    public async Task Makes_a_cluster_keeps_its_data_and_stops_when_the_last_one_leaves()
    {
        await using (PrivatePostgresServer first = await StartAsync())
        {
            (first.Created, first.Started, first.Folder).ShouldBe((true, true, Folder));
            await ExecuteAsync(first, "create table kept as select 42 as answer");
            (await ReadAsync(first, "show fsync")).ShouldBe("on");
            (await ReadAsync(first, "show data_checksums")).ShouldBe("on");
            (await ReadAsync(first, "show listen_addresses")).ShouldBe("127.0.0.1");
            (await ReadAsync(first, "select string_agg(x, '' order by x) from (values ('a'), ('B'), ('ä'), ('Z')) as t (x)")).ShouldBe("BZaä");
        }

        File.Exists(PidFile).ShouldBeFalse();
        await using PrivatePostgresServer second = await StartAsync();
        (second.Created, second.Started).ShouldBe((false, true));
        (await ReadAsync(second, "select answer from kept")).ShouldBe(42);
        int most = new ScheduleOptions { MaxConcurrentRuns = 64 }.Connections;
        (await ReadAsync(second, $"select current_setting('max_connections')::int > {most} + 64 + 5")).ShouldBe(true);
    }

    [Fact]
    public async Task Those_who_start_together_share_one_server_and_the_last_one_out_stops_it()
    {
        PrivatePostgresServer[] servers = await Task.WhenAll(StartQuicklyAsync(), StartQuicklyAsync(), StartQuicklyAsync());

        servers.Count(server => server.Created).ShouldBe(1);
        servers.Count(server => server.Started).ShouldBe(1);
        await servers[0].DisposeAsync();
        await servers[1].DisposeAsync();
        (await ReadAsync(servers[2], "select 1")).ShouldBe(1);
        await servers[2].DisposeAsync();
        File.Exists(PidFile).ShouldBeFalse();
    }

    [Fact]
    public async Task Comes_back_after_the_server_was_killed()
    {
        await using PrivatePostgresServer first = await StartAsync();
        await ExecuteAsync(first, "create table kept as select 42 as answer");
        Kill(ReadPid());

        await using PrivatePostgresServer second = await StartAsync();

        second.Started.ShouldBeTrue();
        (await ReadAsync(second, "select answer from kept")).ShouldBe(42);
    }

    [Fact]
    public async Task A_pid_file_that_names_another_program_is_no_hindrance()
    {
        await (await StartQuicklyAsync()).DisposeAsync();
        await File.WriteAllTextAsync(PidFile, $"{Environment.ProcessId}\n{Folder}/data\n");

        await using PrivatePostgresServer server = await StartQuicklyAsync();

        server.Started.ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_that_somebody_started_by_hand_is_joined()
    {
        await (await StartQuicklyAsync()).DisposeAsync();
        ServerAccount? account = ServerAccount.Current();
        PostgresBinaries binaries = await PostgresBinaries.FindAsync(PostgresSearchPath.Default(), null, Folder, default);
        // A folder said as a person in it says it.
        PostgresCommand.Answer answer = await PostgresCommand.RunAsync(
            "/bin/sh", ["-c", "cd \"$1\" && exec \"$2\" start -D data -l data/hand.log -w -s", "sh", Folder, binaries.PgCtl], account, default, capture: false);
        answer.ExitCode.ShouldBe(0);
        int pid = ReadPid();

        await using PrivatePostgresServer server = await StartQuicklyAsync();

        server.Started.ShouldBeFalse();
        ReadPid().ShouldBe(pid);
        (await ReadAsync(server, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_living_server_whose_process_cannot_be_seen_is_left_alone()
    {
        await using PrivatePostgresServer living = await StartQuicklyAsync();
        string file = await File.ReadAllTextAsync(PidFile);
        await File.WriteAllTextAsync(PidFile, file.Replace($"{ReadPid()}\n", "99999999\n", StringComparison.Ordinal));

        PrivatePostgresException refused = await Should.ThrowAsync<PrivatePostgresException>(() => StartQuicklyAsync());

        refused.Message.ShouldContain("cannot be seen from here");
        File.Exists(PidFile).ShouldBeTrue();
        (await ReadAsync(living, "select 1")).ShouldBe(1);
        await File.WriteAllTextAsync(PidFile, file);
    }

    [Fact]
    public async Task A_program_that_was_killed_leaves_a_server_to_join_and_no_vote()
    {
        await using PrivatePostgresServer left = await StartQuicklyAsync();
        // What is left of a killed program: its file, which nobody holds.
        await File.WriteAllTextAsync(Path.Combine(Folder, "users", "killed.lock"), "");

        PrivatePostgresServer joined = await StartQuicklyAsync();
        joined.Started.ShouldBeFalse();
        await left.DisposeAsync();
        await joined.DisposeAsync();

        File.Exists(PidFile).ShouldBeFalse();
    }

    [Fact]
    public async Task Takes_another_port_when_its_own_is_taken()
    {
        PrivatePostgresServer first = await StartAsync();
        int port = new NpgsqlConnectionStringBuilder(first.ConnectionString).Port;
        await first.DisposeAsync();
        using System.Net.Sockets.TcpListener taker = new(System.Net.IPAddress.Loopback, port);
        taker.Start();

        await using PrivatePostgresServer second = await StartAsync();

        new NpgsqlConnectionStringBuilder(second.ConnectionString).Port.ShouldNotBe(port);
        (await ReadAsync(second, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task The_password_is_in_a_private_file_only_and_the_psql_line_works_without_it()
    {
        await using PrivatePostgresServer server = await StartAsync();
        string password = new NpgsqlConnectionStringBuilder(server.ConnectionString).Password!;

        password.Length.ShouldBeGreaterThan(20);
        server.PsqlCommand.ShouldNotContain(password);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Path.Combine(Folder, "password")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(Path.Combine(Folder, "pgpass")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            (await RunAsync("/bin/sh", "-c", server.PsqlCommand + " --no-psqlrc -Atc 'select 6 * 7'")).ShouldBe("42\n");
        }
    }

    [Fact]
    public async Task Ctrl_C_in_the_terminal_does_not_reach_the_server()
    {
        if (!OperatingSystem.IsLinux())
            return;

        await using PrivatePostgresServer server = await StartQuicklyAsync();

        SessionOf(ReadPid()).ShouldNotBe(SessionOf(Environment.ProcessId));
    }

    [Fact]
    public async Task Missing_programs_come_with_the_way_to_install_them()
    {
        PrivatePostgresException error = await Should.ThrowAsync<PrivatePostgresException>(
            () => Server(new PrivatePostgresOptions { Folder = Folder, SearchFolders = [_parent] }).StartAsync(default));

        foreach (string way in new[] { "apt-get install postgresql", "dnf install", "brew install", "winget install", "ConnectionStrings:FollowerSync" })
            error.Remedy.ShouldContain(way);
        Directory.Exists(Folder).ShouldBeFalse();
    }

    [Fact]
    public async Task Programs_that_cannot_run_are_passed_over()
    {
        foreach (string program in new[] { "initdb", "pg_ctl", "postgres" })
            await File.WriteAllTextAsync(Path.Combine(_parent, program), "not a program");

        PrivatePostgresException error = await Should.ThrowAsync<PrivatePostgresException>(
            () => Server(new PrivatePostgresOptions { Folder = Folder, SearchFolders = [_parent] }).StartAsync(default));

        error.Message.ShouldContain("no PostgreSQL 15 or newer is installed");
    }

    [Fact]
    public async Task A_cluster_of_another_major_version_is_named()
    {
        await (await StartQuicklyAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(Folder, "data", "PG_VERSION"), "9\n");

        PrivatePostgresException error = await Should.ThrowAsync<PrivatePostgresException>(StartAsync);

        error.Message.ShouldContain("was made by PostgreSQL 9, but only");
    }

    [Fact]
    public async Task A_server_that_cannot_start_says_why()
    {
        await (await StartQuicklyAsync()).DisposeAsync();
        await File.AppendAllTextAsync(Path.Combine(Folder, "data", "postgresql.conf"), "nonsense = 1\n");

        PrivatePostgresException error = await Should.ThrowAsync<PrivatePostgresException>(StartQuicklyAsync);

        error.Message.ShouldContain("nonsense");
        error.Remedy.ShouldContain("server.log");
    }

    [Fact]
    public async Task A_strict_umask_does_not_lock_the_server_out_of_its_settings()
    {
        if (OperatingSystem.IsWindows())
            return;
        await (await StartQuicklyAsync()).DisposeAsync();
        File.SetUnixFileMode(Path.Combine(Folder, "followersync.conf"), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await using PrivatePostgresServer server = await StartQuicklyAsync();

        server.Started.ShouldBeTrue();
    }

    [Fact]
    public async Task A_folder_that_the_servers_account_cannot_reach_is_named()
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
            return;
        File.SetUnixFileMode(_parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        PrivatePostgresException error = await Should.ThrowAsync<PrivatePostgresException>(StartAsync);

        error.Message.ShouldContain("cannot reach the folder");
        error.Remedy.ShouldContain("/var/lib/followersync");
    }

    private Task<PrivatePostgresServer> StartAsync() => Server(new PrivatePostgresOptions { Folder = Folder }).StartAsync(default);

    private Task<PrivatePostgresServer> StartQuicklyAsync() =>
        Server(new PrivatePostgresOptions { Folder = Folder, Disposable = true }).StartAsync(default);

    private static PrivatePostgres Server(PrivatePostgresOptions options) =>
        new(options, TimeProvider.System, NullLogger<PrivatePostgres>.Instance);

    private int ReadPid() => int.Parse(File.ReadLines(PidFile).First(), CultureInfo.InvariantCulture);

    private static void Kill(int pid)
    {
        using Process process = Process.GetProcessById(pid);
        process.Kill();
        process.WaitForExit();
    }

    private static string SessionOf(int pid) => File.ReadAllText($"/proc/{pid}/stat").Split(')')[^1].Split(' ')[4];

    private static async Task ExecuteAsync(PrivatePostgresServer server, string sql) => await ReadAsync(server, sql);

    private static async Task<object?> ReadAsync(PrivatePostgresServer server, string sql)
    {
        await using NpgsqlConnection connection = new(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }
}
