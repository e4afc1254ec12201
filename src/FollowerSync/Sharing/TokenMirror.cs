using System.Security.Cryptography;
using System.Text;
using FollowerSync.Accounts;
using FollowerSync.Caches;
using FollowerSync.Logging;
using FollowerSync.WeChat.Tokens;

namespace FollowerSync.Sharing;

/// <summary>A cache of the settings that tokens are written to.</summary>
internal sealed class TokenMirror
{
    private readonly TokenMirrorOptions _options;
    private readonly Func<ISharedCache> _cache;
    private readonly Action _readAgain;
    private readonly Outage _outage;
    private readonly Outage _refusal;
    private readonly Lock _gate = new();

    // The accounts whose token it answers and does not take, and what it said.
    private readonly Dictionary<string, string> _refused = new(StringComparer.Ordinal);

    /// <param name="options">Its settings.</param>
    /// <param name="caches">Connects to Redis.</param>
    /// <param name="connection">Its connection string as it is now: the password may be another one meanwhile.</param>
    /// <param name="readAgain">Looks for another one where the settings came from.</param>
    /// <param name="time">The clock.</param>
    public TokenMirror(TokenMirrorOptions options, RedisCaches caches, Func<string> connection, Action readAgain, TimeProvider time)
    {
        _options = options;
        _readAgain = readAgain;
        MemcachedAddress? memcached = options.Kind == CacheKind.Memcached ? MemcachedAddress.Parsed(options.Connection) : null;
        _cache = memcached is null ? () => caches.For(connection()) : () => new MemcachedCache(memcached, time);
        Name = $"{memcached?.ToString() ?? RedisAddress.Shown(options.Connection)}, {options.Format}{Distinction(options)}";
        _outage = new Outage(time);
        _refusal = new Outage(time);
    }

    /// <summary>Kind, host and format: what people know it by. Without key, which may have a secret in it.</summary>
    public string Name { get; }

    /// <summary>Whether the tokens of the account go there. What another program keeps in Redis is read and never written.</summary>
    public static bool Takes(AccountOptions account) => account.TokenSource != TokenSource.Redis;

    /// <summary>It could not be written for the account.</summary>
    /// <returns>Whether that is news: it is away for all, or refuses for a reason that holds for no other account yet.</returns>
    public bool Fails(AccountOptions account, CacheException failure)
    {
        lock (_gate)
        {
            if (!failure.IsOfThis)
                return _outage.Begin();
            _refusal.Begin();
            bool isNews = !_refused.ContainsValue(failure.Message);
            _refused[account.AppId] = failure.Message;
            return isNews;
        }
    }

    /// <summary>It was written for the account.</summary>
    /// <returns>How long it had been away for all, or had refused what it refuses nobody any more; null when that is no news.</returns>
    public TimeSpan? Works(AccountOptions account)
    {
        lock (_gate)
        {
            TimeSpan? refused = Leave(account);
            return _outage.End() ?? refused;
        }
    }

    /// <summary>The account has no token that could be refused.</summary>
    public void Leaves(AccountOptions account)
    {
        lock (_gate)
            Leave(account);
    }

    /// <summary>Writes the token under every key it is looked for, unless a newer one stands there. Where the login is refused another one is looked for.</summary>
    /// <exception cref="CacheException">It could not be written.</exception>
    public async Task<CacheWrite> WriteAsync(AccountOptions account, MirroredToken token, CancellationToken cancellationToken)
    {
        ISharedCache cache = _cache();
        try
        {
            return await WriteAsync(cache, account, token, cancellationToken);
        }
        catch (CacheException refused) when (refused.IsOfLogin && HasAnother(cache))
        {
            return await WriteAsync(_cache(), account, token, cancellationToken);
        }
    }

    private async Task<CacheWrite> WriteAsync(ISharedCache cache, AccountOptions account, MirroredToken token, CancellationToken cancellationToken)
    {
        CacheWrite result = CacheWrite.Stands;
        foreach (CacheEntry entry in MirroredKeys.Of(_options, account, token))
            if (await cache.WriteAsync(entry, cancellationToken) is var written && written != CacheWrite.Stands)
                result = written;
        return result;
    }

    private TimeSpan? Leave(AccountOptions account) => _refused.Remove(account.AppId) && _refused.Count == 0 ? _refusal.End() : null;

    // Each connection string has one cache.
    private bool HasAnother(ISharedCache refused)
    {
        if (_cache() == refused)
            _readAgain();
        return _cache() != refused;
    }

    // Two mirrors on one server may differ by their keys alone.
    private static string Distinction(TokenMirrorOptions options) => options switch
    {
        { Format: MirrorFormat.Custom } => $" {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.Key)))[..6]}",
        { Prefix.Length: > 0 } => $" {options.Prefix}",
        _ => "",
    };
}
