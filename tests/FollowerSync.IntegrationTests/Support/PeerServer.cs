using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A server of another maker, started by a test on a loopback port of its own with a folder of its own. It ends with the test, and with this program.</summary>
internal sealed class PeerServer : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    // The shell is the server's parent, so that its number is nobody else's until the shell has waited for it.
    private const string Run = """folder=$1; shift; "$@" >/dev/null 2>&1 & echo $!; cat >/dev/null; kill -9 $!; wait $!; rm -rf "$folder" """;

    private readonly string _program;
    private readonly Func<int, string, IEnumerable<string>> _arguments;
    private readonly string _folder = Directory.CreateTempSubdirectory("followersync-peer-").FullName;
    private Process? _shell;
    private int _id;

    private PeerServer(string program, Func<int, string, IEnumerable<string>> arguments) => (_program, _arguments) = (program, arguments);

    public int Port { get; } = FreePort();

    /// <param name="program">Its name: looked for on the path.</param>
    /// <param name="arguments">Made of port and folder.</param>
    public static async Task<PeerServer> StartAsync(string program, Func<int, string, IEnumerable<string>> arguments)
    {
        PeerServer server = new(program, arguments);
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it, once more after it was killed, and waits until it takes connections.</summary>
    public async Task StartAsync()
    {
        Directory.CreateDirectory(_folder);
        ProcessStartInfo start = new("/bin/sh", ["-c", Run, "sh", _folder, _program, .. _arguments(Port, _folder)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["PATH"] += ":/usr/sbin:/usr/local/sbin";
        _shell = Process.Start(start)!;
        _id = int.Parse((await _shell.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);

        long begun = TimeProvider.System.GetTimestamp();
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (!await AnswersAsync())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > Deadline)
                throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"{_program} does not listen on port {Port}; eng/install-test-peers.sh installs it."));
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Stands still: connections are taken by the system, and nothing is answered.</summary>
    public void Freeze() => Signal.Stop.SendTo(_id);

    public void Thaw() => Signal.Continue.SendTo(_id);

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (_shell is not { } shell)
            return;
        _shell = null;
        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
        shell.Dispose();
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
