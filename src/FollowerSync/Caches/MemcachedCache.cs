using System.Globalization;
using System.Net.Sockets;

namespace FollowerSync.Caches;

/// <summary>One memcached. It has no scripts: the order is raised first, and the value put only where it still is the highest and nobody wrote meanwhile.</summary>
internal sealed class MemcachedCache(MemcachedAddress address, TimeProvider time) : ISharedCache
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // Each try fails only because another writer succeeded.
    private const int MostTries = 200;

    // Ends an order whose value is not put yet: who finds it after a crash or a broken connection puts it.
    private const char Open = '?';

    public string Address => address.ToString();

    public async Task<CacheWrite> WriteAsync(CacheEntry entry, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(Patience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using MemcachedConnection memcached = await MemcachedConnection.OpenAsync(address, either.Token);
            CacheWrite? stands = await RaiseOrderAsync(memcached, entry, either.Token) ?? await PutAsync(memcached, entry, either.Token);
            if (stands is null)
                await CloseOrderAsync(memcached, entry, either.Token);
            return stands ?? CacheWrite.Written;
        }
        catch (Exception exception) when (exception is not CacheException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Explain(exception);
        }
    }

    /// <summary>Null when the value is to be put; else what stands.</summary>
    private static async Task<CacheWrite?> RaiseOrderAsync(MemcachedConnection memcached, CacheEntry entry, CancellationToken cancellationToken)
    {
        for (int tries = 0; tries < MostTries; tries++)
        {
            (string Text, string State)? order = await memcached.ReadAsync(OrderKeyOf(entry), cancellationToken);
            long? newest = OrderOf(order);
            if (newest > entry.Order)
                return CacheWrite.NewerStands;
            if (newest == entry.Order && !order!.Value.Text.EndsWith(Open) && await memcached.ReadAsync(entry.Key, cancellationToken) is not null)
                return CacheWrite.Stands;
            if (newest == entry.Order || await memcached.StoreAsync(OrderKeyOf(entry), TextOf(entry) + Open, entry.Life, order?.State, cancellationToken))
                return null;
        }

        throw new TimeoutException();
    }

    // Null when it is put; else what stands. Whoever raises the order after it was looked at here reads the value after that too, and so replaces what is put here, or makes the putting fail.
    private static async Task<CacheWrite?> PutAsync(MemcachedConnection memcached, CacheEntry entry, CancellationToken cancellationToken)
    {
        for (int tries = 0; tries < MostTries; tries++)
        {
            (string Text, string State)? value = await memcached.ReadAsync(entry.Key, cancellationToken);
            if (OrderOf(await memcached.ReadAsync(OrderKeyOf(entry), cancellationToken)) > entry.Order)
                return CacheWrite.NewerStands;
            if (await memcached.StoreAsync(entry.Key, entry.Text, entry.Life, value?.State, cancellationToken))
                return null;
        }

        throw new TimeoutException();
    }

    private static async Task CloseOrderAsync(MemcachedConnection memcached, CacheEntry entry, CancellationToken cancellationToken)
    {
        if (await memcached.ReadAsync(OrderKeyOf(entry), cancellationToken) is { } order && order.Text == TextOf(entry) + Open)
            await memcached.StoreAsync(OrderKeyOf(entry), TextOf(entry), entry.Life, order.State, cancellationToken);
    }

    private static string OrderKeyOf(CacheEntry entry) => entry.Key + CacheEntry.OrderSuffix;

    private static string TextOf(CacheEntry entry) => entry.Order.ToString(CultureInfo.InvariantCulture);

    private static long? OrderOf((string Text, string State)? order) =>
        long.TryParse(order?.Text.TrimEnd(Open), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private CacheException Explain(Exception exception) => exception switch
    {
        InvalidDataException odd => new($"{Address} answered the error {odd.Message}. Is it memcached 1.4 or newer?", CacheFault.Refused),
        SocketException or IOException => new($"{Address} cannot be reached. Start it, or look at the network between and at the address.", CacheFault.Away),
        _ => new($"{Address} did not answer within {Patience.TotalSeconds:0} s. Look whether it hangs or is overloaded.", CacheFault.Away),
    };
}
