using System.Net.Sockets;
using System.Text;
using FollowerSync.Systemd;
using Microsoft.Extensions.Hosting.Systemd;

namespace FollowerSync.Tests.Systemd;

/// <summary>The socket by which systemd hears a service.</summary>
internal sealed class ServiceManager : IDisposable
{
    private const string Variable = "NOTIFY_SOCKET";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("followersync-notify-");
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public ServiceManager() => _socket.Bind(new UnixDomainSocketEndPoint(Address));

    private string Address => Path.Combine(_folder.FullName, "notify");

    public ServiceNotices Notices(TimeSpan? watchdog = null)
    {
        Environment.SetEnvironmentVariable(Variable, Address);
        try
        {
            return new ServiceNotices(new SystemdNotifier(), watchdog);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    /// <summary>The next message, line by line.</summary>
    public async Task<string[]> HearAsync()
    {
        using CancellationTokenSource patience = new(Patience);
        byte[] message = new byte[4096];
        int length = await _socket.ReceiveAsync(message, patience.Token);
        return Encoding.UTF8.GetString(message, 0, length).Split('\n');
    }

    /// <summary>Is there no more, as when systemd is started anew.</summary>
    public void Leave()
    {
        _socket.Dispose();
        File.Delete(Address);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _folder.Delete(recursive: true);
    }
}
