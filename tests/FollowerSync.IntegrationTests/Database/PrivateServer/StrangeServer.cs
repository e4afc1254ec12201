using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FollowerSync.IntegrationTests.Database.PrivateServer;

/// <summary>Listens where a server was and asks everybody for the password in clear, as PostgreSQL's protocol lets a server do.</summary>
internal sealed class StrangeServer : IDisposable
{
    private static readonly byte[] AskForPassword = [(byte)'R', 0, 0, 0, 8, 0, 0, 0, 3];
    private const int SslRequest = 80877103;
    private const int GssRequest = 80877104;

    private readonly TcpListener _listener;
    private readonly StringBuilder _heard = new();
    private readonly Task _listening;

    public StrangeServer(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _listening = ListenAsync();
    }

    /// <summary>How many came as far as to be asked.</summary>
    public int Asked { get; private set; }

    /// <summary>All that clients said.</summary>
    public string Heard
    {
        get
        {
            lock (_heard)
                return _heard.ToString();
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _ = _listening;
    }

    private async Task ListenAsync()
    {
        while (true)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                await ServeAsync(client.GetStream());
            }
            catch (Exception exception) when (exception is IOException or SocketException && _listener.Server.IsBound)
            {
                // This one hung up; the next may say more.
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        byte[] buffer = new byte[4096];
        for (int read; (read = await stream.ReadAsync(buffer)) > 0;)
        {
            lock (_heard)
                _heard.Append(Encoding.Latin1.GetString(buffer, 0, read));
            if (read == 8 && BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(4)) is SslRequest or GssRequest)
            {
                await stream.WriteAsync("N"u8.ToArray());
                continue;
            }

            Asked++;
            await stream.WriteAsync(AskForPassword);
        }
    }
}
