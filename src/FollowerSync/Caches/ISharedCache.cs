namespace FollowerSync.Caches;

/// <summary>A cache that programs of several makers read.</summary>
internal interface ISharedCache
{
    /// <summary>Where it is: kind, host and port, without anything secret.</summary>
    public string Address { get; }

    /// <summary>Puts a value there, unless a newer one stands: compared and set at once, so that who comes late changes nothing.</summary>
    /// <exception cref="CacheException">It could not be written; the text says why and what to do.</exception>
    public Task<CacheWrite> WriteAsync(CacheEntry entry, CancellationToken cancellationToken);
}

/// <param name="Key">Under which other programs look for it.</param>
/// <param name="Text">The value as they read it.</param>
/// <param name="Life">After which it is gone by itself.</param>
/// <param name="Order">Grows with every newer value of the key. It stands under a key of its own, which nobody else reads.</param>
internal sealed record CacheEntry(string Key, string Text, TimeSpan Life, long Order)
{
    /// <summary>Ends the key of the order.</summary>
    public const string OrderSuffix = ":followersync";

    public override string ToString() => "a value for a cache";
}

/// <summary>What became of a value. The numbers are those of the script in <see cref="RedisCache"/>.</summary>
internal enum CacheWrite
{
    /// <summary>It was there already.</summary>
    Stands = 0,

    /// <summary>It was put there.</summary>
    Written = 1,

    /// <summary>A newer one is or was there, and stays.</summary>
    NewerStands = 2,
}
