using FollowerSync.Database;
using FollowerSync.Leases;
using FollowerSync.Sync.Listings;

namespace FollowerSync.Sync.Asking;

/// <summary>Writes <c>followersync.rotations</c> and <c>followersync.confirmations</c>: how far the refresh of known profiles has come, and when.</summary>
internal sealed class RotationStore(FollowerDatabase database)
{
    // How long ago a slice of the future was finished nobody knows, as the clock was set back since: everybody is due.
    private const string Share =
        $"case when r.rotated_at > {DatabaseClock.Latest} then 1 else greatest(0, least(1, extract(epoch from now() - r.rotated_at) / 86400.0 / @days)) end";

    private const string ShareSql = $"select {Share}::float8 from followersync.rotations r where r.app_id = @appId";

    private const string ReadSql =
        $"""
        select r.asked_through,
               ceil((select count(*) from wechat.followers f where f.app_id = @appId and f.subscribe)
                    * {Share})::bigint
        from followersync.rotations r
        where r.app_id = @appId
        """;

    private const string FinishSql =
        """
        insert into followersync.rotations as r (app_id, asked_through, rotated_at) values (@appId, @askedThrough, now())
        on conflict (app_id) do update set rotated_at = now(), asked_through = excluded.asked_through
        """;

    private const string IsStoredSql = "select exists (select 1 from wechat.followers where app_id = @appId and openid = @openId)";

    private const string BeforeSql =
        "select openid from wechat.followers where app_id = @appId and openid < @openId and anonymised_at is null order by openid desc limit 1";

    private const string AdvanceSql =
        "update followersync.rotations set asked_through = @askedThrough where app_id = @appId";

    // A range that began before ours keeps its own date for what lies in front of us.
    private const string ConfirmSql =
        """
        insert into followersync.confirmations (app_id, last_openid, confirmed_at)
        select @appId, @after, c.confirmed_at
        from followersync.confirmations c
        where c.app_id = @appId and c.last_openid >= @after and @after <> ''
        order by c.last_openid
        limit 1
        on conflict (app_id, last_openid) do nothing;
        delete from followersync.confirmations where app_id = @appId and last_openid > @after and last_openid < @through;
        insert into followersync.confirmations as c (app_id, last_openid, confirmed_at) values (@appId, @through, now())
        on conflict (app_id, last_openid) do update set confirmed_at = excluded.confirmed_at;
        """;

    /// <summary>The slice that is due: as large a share of the followers as of the turn has passed since the last slice.</summary>
    /// <param name="appId">The account.</param>
    /// <param name="days">Days of a turn.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Null when the account has never been asked for as a whole.</returns>
    public Task<RotationSlice?> ReadAsync(string appId, int days, CancellationToken cancellationToken) => database.RunAsync(
        async tx =>
        {
            (string After, long People)? row = await tx.ReadOrDefaultAsync<(string, long)?>(ReadSql, new { appId, days });
            return row is { } found ? new RotationSlice(found.After, found.People) : null;
        },
        cancellationToken);

    /// <summary>Likewise as a share, 0 to 1, and nobody is counted.</summary>
    public Task<double?> ReadShareAsync(string appId, int days, CancellationToken cancellationToken) =>
        database.LookAsync(tx => tx.ReadOrDefaultAsync<double?>(ShareSql, new { appId, days }), cancellationToken);

    /// <summary>The slice is done; the next one begins behind it.</summary>
    /// <exception cref="ListingLostException">The list is gone, and with it perhaps what was stored last of the slice.</exception>
    public static Task FinishAsync(RunLease lease, Listing listing, string askedThrough, CancellationToken cancellationToken) => lease.RunAsync(
        async tx =>
        {
            await ListingStore.RequireThereAsync(tx, listing);
            await tx.ExecuteAsync(FinishSql, new { appId = lease.AppId, askedThrough = await PlaceOfAsync(tx, lease.AppId, askedThrough) });
        },
        cancellationToken);

    /// <summary>The place of somebody whom a run knows from before, among the followers: the own openid; of somebody forgotten since, that of the nearest person before, which
    /// means the same; "" = nobody stands before.</summary>
    public static async Task<string> PlaceOfAsync(Transaction tx, string appId, string openId) =>
        openId.Length == 0 || await tx.ReadAsync<bool>(IsStoredSql, new { appId, openId }) ? openId : await tx.ReadOrDefaultAsync<string>(BeforeSql, new { appId, openId }) ?? "";

    /// <summary>Everybody stored after one openid up to another has been asked for.</summary>
    public static async Task ConfirmAsync(
        Transaction tx, string appId, string after, string through)
    {
        await tx.ExecuteAsync(ConfirmSql, new { appId, after, through });
        await tx.ExecuteAsync(AdvanceSql, new { appId, askedThrough = through });
    }
}

/// <summary>Which known followers a run asks for.</summary>
/// <param name="After">The slice begins behind this openid and goes on from the start when it comes to the end.</param>
/// <param name="People">How many people it holds.</param>
internal sealed record RotationSlice(string After, long People);
