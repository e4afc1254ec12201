using System.Net.Sockets;
using System.Text;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A real memcached, and raw words with it past the program.</summary>
internal sealed class MemcachedServer : IAsyncDisposable
{
    private readonly PeerServer _server;

    private MemcachedServer(PeerServer server) => _server = server;

    public string Address => FormattableString.Invariant($"127.0.0.1:{_server.Port}");

    public static async Task<MemcachedServer> StartAsync() => new(
        await PeerServer.StartAsync("memcached", (port, _) => ["-l", "127.0.0.1", "-p", FormattableString.Invariant($"{port}"), "-U", "0", "-m", "16", "-u", Environment.UserName]));

    /// <summary>What it answers to a command, up to the line that ends it.</summary>
    public async Task<string> AskAsync(string command, string end = "END\r\n")
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", _server.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        StringBuilder answer = new();
        byte[] part = new byte[4_096];
        while (!answer.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            int read = await stream.ReadAsync(part);
            if (read == 0)
                break;
            answer.Append(Encoding.ASCII.GetString(part, 0, read));
        }

        return answer.ToString();
    }

    /// <summary>The value as it stands there; null when there is none.</summary>
    public async Task<string?> ReadAsync(string key)
    {
        string[] lines = (await AskAsync($"get {key}")).Split("\r\n");
        return lines is ["END", ..] ? null : lines[1];
    }

    public void Freeze() => _server.Freeze();

    public void Thaw() => _server.Thaw();

    public Task KillAsync() => _server.KillAsync();

    public Task StartAgainAsync() => _server.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
