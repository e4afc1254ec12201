using System.Diagnostics;
using System.Globalization;
using FollowerSync.Database.PrivateServer;
using Npgsql;

namespace FollowerSync.IntegrationTests.Database.PrivateServer;

/// <summary>From a user of the machine over the port of a dead server and its password to superuser, secrets and root: no step works.
/// Only root can become another user; where the tests are not root, the rights are read instead.</summary>
public sealed class AttackChainTests : IDisposable
{
    private const string SecretVariable = "WeChat__Accounts__0__AppSecret";
    private const string Secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

    private readonly PrivateScene _scene = new();

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(SecretVariable, null);
        _scene.Dispose();
    }

    [Fact]
    public async Task Another_user_gets_neither_at_the_files_nor_at_the_server()
    {
        if (OperatingSystem.IsWindows())
            return;
        await using PrivatePostgresServer server = await _scene.StartAsync();
        string password = new NpgsqlConnectionStringBuilder(server.ConnectionString).Password!;
        string port = server.Port.ToString(CultureInfo.InvariantCulture);
        (File.GetUnixFileMode(_scene.Folder) & (UnixFileMode)Convert.ToInt32("067", 8)).ShouldBe(UnixFileMode.None);
        foreach (string file in new[] { "password", "pgpass", "port" })
            File.GetUnixFileMode(Path.Combine(_scene.Folder, file)).ShouldBe((UnixFileMode)Convert.ToInt32("600", 8));
        File.GetUnixFileMode(Path.Combine(_scene.Folder, "socket")).ShouldBe((UnixFileMode)Convert.ToInt32("700", 8));
        if (!PrivateScene.IsRoot)
            return;

        List<string> worked = [];
        foreach (string step in new[]
        {
            """ls "$1" """,
            """cat "$1/password" """,
            """cat "$1/pgpass" """,
            """cat "$1/followersync.conf" """,
            """cat "$1/data/pg_hba.conf" """,
            """touch "$1/users/of-mine" """,
            """mv "$1" "$1.old" """,
            """ln -s /dev/null "$1/socket/.s.PGSQL.$2.of-mine" """,
            // Even with the password at hand, the socket is out of reach.
            """PGPASSWORD="$3" psql -w -h "$1/socket" -p "$2" -U followersync -d followersync -c 'select 1' """,
            """psql -w -h 127.0.0.1 -p "$2" -U followersync -d followersync -c 'select 1' """,
            """psql -w -h 127.0.0.1 -p "$2" -U postgres -d postgres -c 'select 1' """,
        })
        {
            if ((await OrdinaryUser.TryAsync(step, _scene.Folder, port, password)).Worked)
                worked.Add(step);
        }

        worked.ShouldBeEmpty();
        (await OrdinaryUser.TryAsync("id -u && psql --version")).Said.ShouldStartWith("65534\npsql");
    }

    [Theory]
    [InlineData("postgresql")]
    [InlineData("so deep that the path of a Unix socket in it is longer than any system takes, which leaves the port alone to connect by")]
    public async Task Whoever_listens_on_the_port_of_a_dead_server_hears_no_password(string name)
    {
        _scene.Folder = _scene.In(name);
        await using PrivatePostgresServer server = await _scene.StartAsync();
        NpgsqlConnectionStringBuilder connection = new(server.ConnectionString);
        _scene.KillServer();
        using StrangeServer stranger = new(server.Port);

        await Should.ThrowAsync<NpgsqlException>(() => PrivateScene.ReadAsync(server.ConnectionString, "select 1"));

        stranger.Heard.ShouldNotContain(connection.Password!);
        (stranger.Asked > 0).ShouldBe(!Path.IsPathRooted(connection.Host));
        // By the socket the worker goes on, whoever has the port; by the port it says who is in the way.
        if (Path.IsPathRooted(connection.Host))
        {
            (await server.ReviveAsync(default)).ShouldBeTrue();
            (await PrivateScene.ReadAsync(server.ConnectionString, "select 1")).ShouldBe(1);
        }
        else
        {
            (await Should.ThrowAsync<PrivatePostgresException>(() => server.ReviveAsync(default))).Message.ShouldContain("Another program listens on 127.0.0.1:");
        }

        stranger.Heard.ShouldNotContain(connection.Password!);
    }

    [Fact]
    public async Task A_superuser_finds_no_secret_in_the_environment_of_the_server()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Environment.SetEnvironmentVariable(SecretVariable, Secret);
        await using PrivatePostgresServer server = await _scene.StartAsync();

        string environment = await ReadProgramAsync(server, "env");
        string readable = await ReadProgramAsync(server, PrivateScene.IsRoot ? "cat /proc/[0-9]*/environ" : $"cat /proc/{_scene.ServerPid}/environ");

        environment.ShouldContain("PATH=");
        environment.ShouldNotContain(Secret);
        readable.ShouldNotContain(Secret);
        // PostgreSQL and the shell add some of their own.
        environment.Split('\n').Select(pair => pair.Split('=')[0]).Where(name => !name.StartsWith("PG", StringComparison.Ordinal) && !name.StartsWith("LC_", StringComparison.Ordinal))
            .ShouldBeSubsetOf(["PATH", "TZ", "PWD", "OLDPWD", "SHLVL", "_"]);
    }

    [Fact]
    public async Task A_superuser_does_not_become_root_by_links_in_the_folder()
    {
        if (!PrivateScene.IsRoot)
            return;
        string victim = _scene.In("of root");
        await File.WriteAllTextAsync(victim, "as it was");
        string victims = Directory.CreateDirectory(_scene.In("folder of root")).FullName;
        await File.WriteAllTextAsync(Path.Combine(victims, "postmaster.pid"), "as it was");
        PrivatePostgresServer server = await _scene.StartAsync();
        string ownership = await OwnershipAsync(victim, victims);

        // What belongs to root the server's account can neither read nor change, and its own folders it can lay links in.
        foreach (string entry in new[] { "followersync.conf", "port", "users", "lock", "password", "pgpass", "server.log", "followersync-data.mark", "followersync.conf.new", "data.new" })
            (await AsServerAsync(server, $"rm -rf '{_scene.Folder}/{entry}'; ln -s '{victim}' '{_scene.Folder}/{entry}'")).ShouldBeFalse(entry);
        (await AsServerAsync(server, $"cat '{_scene.Folder}/password'")).ShouldBeFalse();
        foreach (string entry in new[] { "data/followersync.conf", "data/port", "socket/.s.PGSQL.1.lock" })
            (await AsServerAsync(server, $"ln -sf '{victim}' '{_scene.Folder}/{entry}'")).ShouldBeTrue(entry);
        int pid = _scene.ServerPid;
        await AsServerAsync(server, $"cd '{_scene.Folder}/data' && ln -sf '{victim}' postmaster.pid && ln -sf '{victim}' '../socket/.s.PGSQL.{server.Port}.lock'");
        using (Process postmaster = Process.GetProcessById(pid))
        {
            postmaster.Kill();
            await postmaster.WaitForExitAsync();
        }

        (await server.ReviveAsync(default)).ShouldBeTrue();
        await server.DisposeAsync();
        await (await _scene.StartAsync()).DisposeAsync();

        (await File.ReadAllTextAsync(victim)).ShouldBe("as it was");
        (await File.ReadAllTextAsync(Path.Combine(victims, "postmaster.pid"))).ShouldBe("as it was");
        (await OwnershipAsync(victim, victims)).ShouldBe(ownership);
    }

    private static async Task<string> OwnershipAsync(params string[] paths) => (await OrdinaryUser.RunAsync("stat", ["-c", "%U %G %a %n", .. paths])).Said;

    /// <summary>What a program says that a superuser lets the server run.</summary>
    private static async Task<string> ReadProgramAsync(PrivatePostgresServer server, string command) => (string)(await PrivateScene.ReadAsync(
        server.ConnectionString,
        $"create temp table said (line text); copy said from program $$({command}) 2>/dev/null | tr '\\000' '\\n' | tr -d '\\134' | LC_ALL=C tr -cd '[:print:]\\n'$$ with (format csv, delimiter e'\\x01', quote e'\\x02'); select string_agg(line, e'\\n') from said"))!;

    /// <summary>Runs a command as the server's account, as superusers can.</summary>
    private static async Task<bool> AsServerAsync(PrivatePostgresServer server, string command)
    {
        try
        {
            await PrivateScene.ReadAsync(server.ConnectionString, $"copy (select 1) to program $$({command}) >/dev/null 2>&1$$");
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ExternalRoutineException)
        {
            return false;
        }
    }
}
