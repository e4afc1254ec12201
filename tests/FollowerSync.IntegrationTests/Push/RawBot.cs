using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FollowerSync.IntegrationTests.Push;

/// <summary>A bot that answers with bytes of a test's choice, in HTTP or not.</summary>
internal sealed class RawBot : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<int, int, byte[]> _answer;
    private readonly Task _accepting;
    private int _asked;

    /// <param name="answer">By the number of the request, and that within its connection; nothing = the bot hangs up.</param>
    public RawBot(Func<int, int, byte[]> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/bot"));

    /// <summary>Whether a connection stays after an answer.</summary>
    public bool KeepsAlive { get; init; }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test has ended.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                int inConnection = 0;
                do
                {
                    if (!await ReadRequestAsync(stream) || _answer(Interlocked.Increment(ref _asked), ++inConnection) is not { Length: > 0 } answer)
                        return;
                    await stream.WriteAsync(answer);
                }
                while (KeepsAlive);
            }
            catch (IOException)
            {
                // The other side hung up.
            }
        }
    }

    private static async Task<bool> ReadRequestAsync(NetworkStream stream)
    {
        byte[] buffer = new byte[128 * 1024];
        int length = 0;
        while (true)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length));
            if (read == 0)
                return false;
            length += read;
            string text = Encoding.Latin1.GetString(buffer, 0, length);
            int body = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            if (body > 3 && length - body >= int.Parse(text.Split("Content-Length: ")[1].Split("\r\n")[0], CultureInfo.InvariantCulture))
                return true;
        }
    }
}
