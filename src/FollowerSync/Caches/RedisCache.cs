using StackExchange.Redis;

namespace FollowerSync.Caches;

/// <summary>One Redis. Connects when it is first needed, and anew after every failure, so that a failure always has its cause of now.</summary>
internal sealed class RedisCache(string connectionString, TimeProvider time) : ISharedCache, IAsyncDisposable
{
    // Sent whole each time: it is short, and the login then needs no right to SCRIPT. Text has no such bytes; another program's serialiser has (Kryo's, of Redisson, Java's own).
    private const string WriteScript =
        """
        local standing = redis.call('get', KEYS[1])
        if standing and standing:find('[%z\1-\8\14-\31\127-\255]') then return 3 end
        local newest = tonumber(redis.call('get', KEYS[2]) or '')
        local own = tonumber(ARGV[3])
        if newest and newest > own then return 2 end
        if newest == own and standing then return 0 end
        redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
        redis.call('set', KEYS[2], ARGV[3], 'px', ARGV[2])
        return 1
        """;

    private const int OwnEncoding = 3;

    // A token has 2,048 letters at most, and what it is wrapped in a few more.
    private const int LongestValue = 8 * 1024;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private ConnectionMultiplexer? _connection;

    public string Address { get; } = RedisAddress.Shown(connectionString);

    public Task<CacheWrite> WriteAsync(CacheEntry entry, CancellationToken cancellationToken) => RunAsync(
        async redis =>
        {
            RequirePrimary(redis);
            RedisResult written = await redis.GetDatabase().ScriptEvaluateAsync(
                WriteScript,
                [entry.Key, OrderKeyOf(entry.Key)],
                [entry.Text, (long)Math.Max(1, entry.Life.TotalMilliseconds), entry.Order],
                CommandFlags.NoScriptCache);
            return (int)written is not OwnEncoding and var result ? (CacheWrite)result : throw RedisFailure.OwnEncoding(Address);
        },
        cancellationToken);

    /// <summary>What stands under a key, its first 8 KiB, and how long yet; life is null when it stands for ever. Null when nothing stands there, or an empty text.</summary>
    /// <exception cref="CacheException">It could not be read; the text says why and what to do.</exception>
    public Task<(string Text, TimeSpan? Life)?> ReadAsync(string key, CancellationToken cancellationToken) => RunAsync<(string, TimeSpan?)?>(
        async redis =>
        {
            // One behind the other on the connection, the life first: that of an older text is shorter than that of the newer one.
            IBatch batch = redis.GetDatabase().CreateBatch();
            Task<TimeSpan?> life = batch.KeyTimeToLiveAsync(key);
            Task<RedisValue> text = batch.StringGetRangeAsync(key, 0, LongestValue - 1);
            batch.Execute();
            await Task.WhenAll(life, text);
            return (await text).IsNullOrEmpty ? null : ((string)(await text)!, await life);
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await DropAsync();
        _gate.Dispose();
    }

    /// <summary>In a cluster both keys have to lie on one server, which the part in braces decides.</summary>
    internal static string OrderKeyOf(string key) =>
        key.IndexOf('{', StringComparison.Ordinal) is >= 0 and var open && key.IndexOf('}', open) > open + 1
            ? key + CacheEntry.OrderSuffix : $"{{{key}}}{CacheEntry.OrderSuffix}";

    private async Task<T> RunAsync<T>(Func<ConnectionMultiplexer, Task<T>> work, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            _connection ??= await ConnectAsync(cancellationToken);
            return await work(_connection).WaitAsync(RedisAddress.Patience, time, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            CacheException failure = RedisFailure.Explain(Address, exception);
            if (!failure.IsOfThis)
                await DropAsync();
            throw failure;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancellationToken)
    {
        Task<ConnectionMultiplexer> connecting = ConnectionMultiplexer.ConnectAsync(RedisAddress.ForConnecting(connectionString));
        try
        {
            return await connecting.WaitAsync(RedisAddress.Patience * 2, time, cancellationToken);
        }
        catch
        {
            _ = DisposeLateAsync(connecting);
            throw;
        }
    }

    private static async Task DisposeLateAsync(Task<ConnectionMultiplexer> connecting)
    {
        await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (connecting.IsCompletedSuccessfully)
            await (await connecting).DisposeAsync();
    }

    private async ValueTask DropAsync()
    {
        if (_connection is not { } connection)
            return;
        _connection = null;
        connection.Dispose();
        await ValueTask.CompletedTask;
    }

    private void RequirePrimary(ConnectionMultiplexer redis)
    {
        IServer[] connected = [.. redis.GetServers().Where(server => server.IsConnected)];
        if (connected.Length > 0 && connected.All(server => server.IsReplica))
            throw RedisFailure.ReadOnly(Address);
    }
}
