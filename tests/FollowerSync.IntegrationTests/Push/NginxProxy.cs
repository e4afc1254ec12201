using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>A real nginx on loopback, in the foreground, with a configuration of its own; it ends with the test.</summary>
internal sealed class NginxProxy : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private NginxProxy(Process process, string folder, int port) => (_process, _folder, Address) = (process, folder, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")));

    public Uri Address { get; }

    /// <param name="locations">What stands in its server.</param>
    public static async Task<NginxProxy> StartAsync(string locations)
    {
        string folder = Directory.CreateTempSubdirectory("followersync-nginx-").FullName;
        int port = FreePort();
        string configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off; master_process off; pid {{folder}}/pid; error_log stderr crit;
            events { worker_connections 4096; }
            http {
                access_log off; client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/f; uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s;
                server { listen 127.0.0.1:{{port}}; {{locations}} }
            }
            """));
        string program = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
        // It ends when our end of the pipe closes, also with a killed test run.
        ProcessStartInfo start = new("/bin/sh", ["-c", "\"$0\" -p \"$1\" -c \"$2\" & pid=$!; cat >/dev/null; kill $pid; wait $pid", program, folder, configuration])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
        };
        NginxProxy proxy = new(Process.Start(start)!, folder, port);
        await proxy.UntilListeningAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task UntilListeningAsync()
    {
        using CancellationTokenSource deadline = new(TimeSpan.FromSeconds(30));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            try
            {
                using TcpClient client = new();
                await client.ConnectAsync(IPAddress.Loopback, Address.Port, deadline.Token);
                return;
            }
            catch (SocketException)
            {
                await timer.WaitForNextTickAsync(deadline.Token);
            }
        }
    }
}
