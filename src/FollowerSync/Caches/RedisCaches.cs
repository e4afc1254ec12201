using System.Collections.Concurrent;

namespace FollowerSync.Caches;

/// <summary>The Redis servers this process reads and writes, one connection each, whoever asks.</summary>
internal sealed class RedisCaches(TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, RedisCache> _byConnection = new(StringComparer.Ordinal);

    public RedisCache For(string connectionString) => _byConnection.GetOrAdd(connectionString, text => new RedisCache(text, time));

    public async ValueTask DisposeAsync()
    {
        foreach (RedisCache cache in _byConnection.Values)
            await cache.DisposeAsync();
    }
}
