using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>Stands between the program and PostgreSQL, as a name does that moves from one server to another. Of one transaction it breaks the connection when the server has committed, so
/// that the program never hears of it.</summary>
internal sealed class DatabaseRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private CancellationTokenSource _connections = new();
    private EndPoint _server;
    private byte[]? _marked;

    /// <param name="connectionString">The server's.</param>
    public DatabaseRelay(string connectionString)
    {
        NpgsqlConnectionStringBuilder settings = new(connectionString);
        _server = AddressOf(settings);
        _listener.Start();
        (settings.Host, settings.Port) = ("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);
        ConnectionString = settings.ConnectionString;
        _accepting = AcceptAsync();
    }

    /// <summary>How the program connects.</summary>
    public string ConnectionString { get; }

    /// <summary>Whether it is still to happen.</summary>
    public bool Waits => _marked is not null;

    /// <summary>Connections that were made since it leads where it leads.</summary>
    public int Connections { get; private set; }

    /// <summary>From now on it leads to another server. The connections that are there stay.</summary>
    public void LeadTo(string connectionString) => (_server, Connections) = (AddressOf(new NpgsqlConnectionStringBuilder(connectionString)), 0);

    /// <summary>Ends the connections that are there, as a server does that starts anew.</summary>
    public void Cut()
    {
        using CancellationTokenSource ended = _connections;
        _connections = new CancellationTokenSource();
        ended.Cancel();
    }

    /// <summary>The commit of the next transaction with this statement is not answered.</summary>
    public void LoseCommitOf(string sql) => _marked = Encoding.UTF8.GetBytes(sql);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _connections.Dispose();
        _stop.Dispose();
    }

    private static EndPoint AddressOf(NpgsqlConnectionStringBuilder server) => Path.IsPathRooted(server.Host)
        ? new UnixDomainSocketEndPoint(Path.Combine(server.Host, FormattableString.Invariant($".s.PGSQL.{server.Port}"))) : new IPEndPoint(IPAddress.Loopback, server.Port);

    private async Task AcceptAsync()
    {
        List<Task> relays = [];
        try
        {
            while (true)
                relays.Add(RelayAsync(await _listener.AcceptSocketAsync(_stop.Token), _connections.Token));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(Socket program, CancellationToken cut)
    {
        Connections++;
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, cut);
        using Socket client = program;
        using Socket server = new(_server.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        await server.ConnectAsync(_server, end.Token);
        bool isLost = false;
        await Task.WhenAny(AskAsync(), AnswerAsync());

        async Task AskAsync()
        {
            bool isMarked = false;
            byte[] buffer = new byte[65_536];
            for (int read; (read = await client.ReceiveAsync(buffer, end.Token)) > 0;)
            {
                isMarked |= _marked is { } marked && buffer.AsSpan(0, read).IndexOf(marked) >= 0;
                if (isMarked && buffer.AsSpan(0, read).IndexOf("COMMIT"u8) >= 0)
                    (isLost, isMarked, _marked) = (true, false, null);
                await server.SendAsync(buffer.AsMemory(0, read), end.Token);
            }
        }

        async Task AnswerAsync()
        {
            byte[] buffer = new byte[65_536];
            for (int read; (read = await server.ReceiveAsync(buffer, end.Token)) > 0 && !isLost;)
                await client.SendAsync(buffer.AsMemory(0, read), end.Token);
        }
    }
}
