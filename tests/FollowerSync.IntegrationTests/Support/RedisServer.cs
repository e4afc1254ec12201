using StackExchange.Redis;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>A real redis-server, and a client that looks at it past the program.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly PeerServer _server;
    private readonly string? _password;
    private ConnectionMultiplexer? _client;

    private RedisServer(PeerServer server, string? password) => (_server, _password) = (server, password);

    public string Address => FormattableString.Invariant($"127.0.0.1:{_server.Port}");

    /// <summary>How the program connects.</summary>
    public string Connection => _password is null ? Address : $"{Address},password={_password}";

    /// <summary>The other one's eyes.</summary>
    public IDatabase Database => (_client ??= ConnectionMultiplexer.Connect(Connection + ",allowAdmin=true")).GetDatabase();

    public IServer Server => Database.Multiplexer.GetServers()[0];

    public static async Task<RedisServer> StartAsync(string? password = null, params string[] more) => new(
        await PeerServer.StartAsync("redis-server", (port, folder) =>
        [
            "--port", FormattableString.Invariant($"{port}"), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder,
            .. password is null ? Array.Empty<string>() : ["--requirepass", password], .. more,
        ]),
        password);

    public async Task<string?> ReadAsync(string key) => await Database.StringGetAsync(key);

    public async Task<TimeSpan?> LifeAsync(string key) => await Database.KeyTimeToLiveAsync(key);

    public void Freeze() => _server.Freeze();

    public void Thaw() => _server.Thaw();

    /// <summary>Dies with all it had.</summary>
    public async Task KillAsync()
    {
        _client?.Dispose();
        _client = null;
        await _server.KillAsync();
    }

    public Task StartAgainAsync() => _server.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _server.DisposeAsync();
    }
}
