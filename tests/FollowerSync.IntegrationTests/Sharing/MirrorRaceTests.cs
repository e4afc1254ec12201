using FollowerSync.Caches;
using FollowerSync.IntegrationTests.Support;

namespace FollowerSync.IntegrationTests.Sharing;

/// <summary>Writers that come late, all at once: whatever the order of their words on the wire, the newest value stands in the end.</summary>
public sealed class MirrorRaceTests
{
    private const int Races = 1_000;
    private const int Writers = 4;

    private static readonly TimeSpan Life = TimeSpan.FromHours(2);

    [Fact]
    public async Task In_Redis_no_late_answer_overwrites_a_newer_token()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        RedisCache[] caches = [.. Enumerable.Range(0, Writers).Select(_ => new RedisCache(redis.Connection, TimeProvider.System))];

        await RaceAsync([.. caches], async key => (await redis.ReadAsync(key))!);

        foreach (RedisCache cache in caches)
            await cache.DisposeAsync();
    }

    [Fact]
    public async Task In_memcached_no_late_answer_overwrites_a_newer_token()
    {
        await using MemcachedServer memcached = await MemcachedServer.StartAsync();
        MemcachedAddress address = MemcachedAddress.Parsed(memcached.Address)!;

        await RaceAsync([.. Enumerable.Range(0, Writers).Select(_ => new MemcachedCache(address, TimeProvider.System))], async key => (await memcached.ReadAsync(key))!);
    }

    [Fact]
    public async Task In_memcached_a_writer_that_died_between_order_and_value_leaves_no_old_token_for_good()
    {
        await using MemcachedServer memcached = await MemcachedServer.StartAsync();
        MemcachedCache cache = new(MemcachedAddress.Parsed(memcached.Address)!, TimeProvider.System);
        await cache.WriteAsync(new CacheEntry("token", "old", Life, 1), default);
        await memcached.AskAsync("set token:followersync 0 60 2\r\n2?", "STORED\r\n");

        (await cache.WriteAsync(new CacheEntry("token", "new", Life, 2), default)).ShouldBe(CacheWrite.Written);

        (await memcached.ReadAsync("token")).ShouldBe("new");
        (await cache.WriteAsync(new CacheEntry("token", "new", Life, 2), default)).ShouldBe(CacheWrite.Stands);
    }

    [Theory]
    [InlineData("wx:access_token:wx1", "{wx:access_token:wx1}:followersync")]
    [InlineData("{shop}:token", "{shop}:token:followersync")]
    [InlineData("odd{}key", "{odd{}key}:followersync")]
    public void Key_and_order_lie_on_one_server_of_a_cluster(string key, string order) => RedisCache.OrderKeyOf(key).ShouldBe(order);

    // The same key is raced for again and again, so that a late writer of one race can also meet the next one.
    private static async Task RaceAsync(List<ISharedCache> writers, Func<string, Task<string>> read)
    {
        Random random = new(20_261_125);
        long order = 1;
        for (int race = 0; race < Races; race++)
        {
            long[] orders = [.. Enumerable.Range(0, Writers).Select(_ => order++)];
            random.Shuffle(orders);
            await Task.WhenAll(writers.Select((writer, index) => writer.WriteAsync(Entry(orders[index]), default)));
            (await read("raced")).ShouldBe(Entry(order - 1).Text);
        }

        (await writers[0].WriteAsync(Entry(order - 2), default)).ShouldBe(CacheWrite.NewerStands);
        (await read("raced")).ShouldBe(Entry(order - 1).Text);
    }

    private static CacheEntry Entry(long order) => new("raced", FormattableString.Invariant($"token-{order}"), Life, order);
}
