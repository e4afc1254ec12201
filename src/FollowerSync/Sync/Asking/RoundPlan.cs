using System.Diagnostics;
using System.Runtime.CompilerServices;
using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Leases;
using FollowerSync.Sync.Listings;
using FollowerSync.Telemetry;

namespace FollowerSync.Sync.Asking;

/// <summary>Reads from the database whom a round has to ask for, a few thousand at a time, so that memory does not grow with the account.</summary>
/// <param name="database">Is read.</param>
/// <param name="lease">The run's.</param>
/// <param name="slice">The known followers that are due; null = all of them.</param>
internal sealed class RoundPlan(FollowerDatabase database, RunLease lease, RotationSlice? slice)
{
    private const int PageSize = 2_000;
    private const int NewPageSize = 100_000;

    private const string MissingSql =
        $"""
        select c.openid, c.witness = 'listing'
        from followersync.unfollow_candidates c
        where c.app_id = @appId and c.listing_id = @listingId and (c.answered_at is null or c.answered_at < @startedAt) and c.openid > @after
          and not exists (
              select 1 from followersync.rejected_openids r where r.app_id = c.app_id and r.openid = c.openid and {RejectedOpenIdStore.Waits})
        order by c.openid
        limit @limit
        """;

    // Lateral, with a limit, so that it is always one index lookup an openid: without statistics, as on a table just filled, a plain join
    // would walk the whole table for every page. In order, so that lookups that follow each other meet the same pages of the index.
    private const string NewOfPageSql =
        $"""
        select p.openid, f.subscribe is not null
        from (select openid from unnest(@openIds) as u (openid) order by openid collate "C") p
        left join lateral (select subscribe from wechat.followers where app_id = @appId and openid = p.openid limit 1) f on true
        {NotWaiting}
        """;

    // The same on tables that are spread, where there is no lateral with a limit.
    private const string SpreadNewOfPageSql =
        $"""
        {NestedLoops.Off}
        with known as materialized (
            select openid, subscribe from wechat.followers where app_id = @appId and openid = any(array(select u from unnest(@openIds) u))
        )
        select p.openid, f.subscribe is not null
        from (select openid from unnest(@openIds) as u (openid) order by openid collate "C") p
        left join known f on f.openid = p.openid
        {NotWaiting}
        {NestedLoops.On}
        """;

    private const string NotWaiting =
        $"""
        left join lateral (
            select 1 as waits from followersync.rejected_openids r where r.app_id = @appId and r.openid = p.openid and {RejectedOpenIdStore.Waits} limit 1) r on true
        where f.subscribe is not true and r.waits is null
        """;

    // Set against set, in as few walks through the two tables as can be: one for the first hundred thousand. A planner without statistics would
    // look up the openids of a list just stored one by one.
    private const string NewSql =
        $"""
        set local work_mem = '64MB'; set local enable_nestloop = off;
        with unfollowing as materialized (
            select l.openid, l.page
            from followersync.listing_openids l
            where l.listing_id = @listingId and l.openid > @after
              and not exists (select 1 from wechat.followers f where f.app_id = @appId and f.openid = l.openid and f.subscribe)
        ), page as materialized (
            select openid, max(page) as page
            from unfollowing n
            where not exists (
                select 1 from followersync.rejected_openids r where r.app_id = @appId and r.openid = n.openid and {RejectedOpenIdStore.Waits})
            group by openid
            order by openid
            limit @limit
        ), known as materialized (
            select openid from wechat.followers where app_id = @appId and openid = any(array(select openid from page))
        )
        select p.openid, k.openid is not null, t.answered_at
        from page p
        left join known k on k.openid = p.openid
        left join (
            select u.page, u.answered_at
            from followersync.listings l cross join lateral unnest(l.page_times) with ordinality as u (answered_at, page)
            where l.listing_id = @listingId) t on t.page = p.page
        order by p.openid
        """;

    // Walks the primary key from where the last page ended. Without statistics, as on a table just filled, the planner takes an account for a
    // handful of rows and would sort all of it for every page. Whom this round has stored already was answered past its
    // start; who was in the future, by a clock that was set back since, is due.
    private const string KnownSql =
        $"""
        set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off;
        select openid, profile_hash
        from wechat.followers
        where app_id = @appId and openid > @after and subscribe and (answered_at between @startedAt and {DatabaseClock.Latest}) is not true
        order by openid
        limit @limit
        """;

    private const string RefusedSql = "select count(*) from followersync.rejected_openids where app_id = @appId and next_attempt_at < 'infinity'";

    private const string ListedRefusedSql =
        """
        select count(distinct l.openid)
        from followersync.listing_openids l
        join (select openid from followersync.rejected_openids where app_id = @appId and next_attempt_at < 'infinity') r on r.openid = l.openid
        where l.listing_id = @ListingId
        """;

    // Of a page's range: who is asked for as missing, who was refused lately, who was refused but is due again, who was missing from an earlier list, and
    // whose unionid is held.
    private const string ExceptionsSql =
        $"""
        select openid, listing_id = @listingId or held_since is not null from followersync.unfollow_candidates where app_id = @appId and openid > @after and openid <= @last
        union all
        select openid, {RejectedOpenIdStore.Waits} from followersync.rejected_openids r where app_id = @appId and openid > @after and openid <= @last
        union all
        select openid, false from followersync.held_identities where app_id = @appId and openid > @after and openid <= @last
        """;

    private const string CountSql =
        $"""
        select count(*), count(*) filter (where (answered_at between @startedAt and {DatabaseClock.Latest}) is not true and openid > @after)
        from wechat.followers where app_id = @appId and subscribe
        """;

    /// <summary>How many are stored as following, and how many of them this round has still to ask for.</summary>
    public Task<(long Stored, long Due)> CountAsync(Listing listing, CancellationToken cancellationToken) => database.RunAsync(
        async tx =>
        {
            (long stored, long due) = await tx.ReadAsync<(long, long)>(CountSql, new { appId = lease.AppId, startedAt = listing.StartedAt, after = listing.AskedThrough });
            return (stored, slice?.People ?? due);
        },
        cancellationToken);

    /// <summary>How many people of the list stand refused, in this run or before, and were not told anything of; 0 as long as they are few.</summary>
    public async Task<long> CountRefusedAsync(Listing listing, CancellationToken cancellationToken)
    {
        object parameters = new { appId = lease.AppId, listing.ListingId };
        long limit = RefusedLimit(listing);
        long refused = await database.RunAsync(
            // The list is walked only when there are so many at all.
            async tx => await tx.ReadAsync<long>(RefusedSql, parameters) > limit ? await tx.ReadAsync<long>(ListedRefusedSql, parameters) : 0,
            cancellationToken);
        return refused > limit ? refused : 0;
    }

    // Some dozens are always refused; a share of the account is a fault of somebody's.
    private static long RefusedLimit(Listing listing) => Math.Max(50, listing.Listed / 20);

    /// <summary>Of a page of the list, whom to ask for at once.</summary>
    public async Task<IReadOnlyList<Ask>> FindNewAsync(Listing listing, ListedPage page, CancellationToken cancellationToken)
    {
        switch (listing.Search)
        {
            case NewPeopleSearch.Everybody:
                return [.. page.OpenIds.Select(openId => NewOf(openId, isStored: false, page.AnsweredAt))];
            case NewPeopleSearch.ByPage:
                List<(string OpenId, bool IsStored)> found = await PlanAsync(
                    tx => tx.ReadAllAsync<(string, bool)>(tx.IsSpread ? SpreadNewOfPageSql : NewOfPageSql, new { appId = lease.AppId, openIds = page.OpenIds }), cancellationToken);
                return [.. found.Select(row => NewOf(row.OpenId, row.IsStored, page.AnsweredAt))];
            default:
                return [];
        }
    }

    /// <summary>Listed people who are not stored as following, in the order of their openids; nobody when every page was looked through.</summary>
    public async IAsyncEnumerable<Ask> ReadNewAsync(Listing listing, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string after = "";
        while (listing.Search == NewPeopleSearch.AtEnd)
        {
            var parameters = new { appId = lease.AppId, listingId = listing.ListingId, after, limit = NewPageSize };
            List<(string OpenId, bool IsStored, DateTimeOffset? ListedAt)> page = await ReadAsync<(string, bool, DateTimeOffset?)>(NewSql, parameters, cancellationToken);
            foreach ((string openId, bool isStored, DateTimeOffset? listedAt) in page)
                yield return NewOf(openId, isStored, listedAt);
            if (page.Count < NewPageSize)
                yield break;

            after = page[^1].OpenId;
        }
    }

    /// <summary>Followers in the database whom the complete list lacks, or who are held, and who have not been asked about in this round yet; nobody
    /// when the list is not complete.</summary>
    public async IAsyncEnumerable<Ask> ReadMissingAsync(Listing listing, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string after = "";
        while (listing.Status == ListingStatus.Complete)
        {
            var parameters = new { appId = lease.AppId, listingId = listing.ListingId, startedAt = listing.StartedAt, after, limit = PageSize };
            List<(string OpenId, bool IsListWitness)> page = await ReadAsync<(string, bool)>(MissingSql, parameters, cancellationToken);
            foreach ((string openId, bool isListWitness) in page)
                yield return new Ask(openId, isListWitness ? AskReason.Missing : AskReason.Doubted);
            if (page.Count < PageSize)
                yield break;

            after = page[^1].OpenId;
        }
    }

    /// <summary>The known followers this round has still to ask for: the slice that is due, or everybody; in the order of their openids.</summary>
    public IAsyncEnumerable<Ask> ReadDueAsync(Listing listing, CancellationToken cancellationToken) =>
        listing.Search == NewPeopleSearch.Everybody ? AsyncEnumerable.Empty<Ask>()
        : slice is null ? ReadKnownAsync(listing, listing.AskedThrough, cancellationToken)
        : ReadSliceAsync(listing, slice, cancellationToken);

    /// <summary>What was due is done; the next slice begins behind it.</summary>
    public Task FinishAsync(Listing listing, string askedThrough, CancellationToken cancellationToken) => RotationStore.FinishAsync(lease, listing, askedThrough, cancellationToken);

    /// <summary>The slice, beginning again at the first openid behind the last.</summary>
    private async IAsyncEnumerable<Ask> ReadSliceAsync(
        Listing listing, RotationSlice slice, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long left = slice.People;
        await foreach (Ask ask in ReadKnownAsync(listing, slice.After, cancellationToken))
        {
            if (left-- == 0)
                yield break;
            yield return ask;
        }

        await foreach (Ask ask in ReadKnownAsync(listing, after: "", cancellationToken))
        {
            if (left-- <= 0 || string.CompareOrdinal(ask.OpenId, slice.After) > 0)
                yield break;
            yield return ask;
        }
    }

    /// <summary>Page by page, the next one read while this one is asked for.</summary>
    private async IAsyncEnumerable<Ask> ReadKnownAsync(Listing listing, string after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Task<KnownPage> next = ReadKnownPageAsync(listing, after, cancellationToken);
        try
        {
            while (true)
            {
                KnownPage page = await next;
                bool isLast = page.Count < PageSize;
                if (!isLast)
                    next = ReadKnownPageAsync(listing, page.LastOpenId, cancellationToken);
                foreach (Ask ask in page.Due)
                    yield return ask;
                if (isLast)
                    yield break;
            }
        }
        finally
        {
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<KnownPage> ReadKnownPageAsync(Listing listing, string after, CancellationToken cancellationToken) => PlanAsync(
        tx => ReadKnownPageAsync(tx, listing, after), cancellationToken);

    private async Task<KnownPage> ReadKnownPageAsync(
        Transaction tx, Listing listing, string after)
    {
        var parameters = new { appId = lease.AppId, startedAt = listing.StartedAt, after, limit = PageSize };
        List<Ask> page = await tx.ReadAllAsync(
            KnownSql, parameters, row => new Ask(row.GetString(0), AskReason.Known, row.IsDBNull(1) ? null : row.GetInt64(1)));

        if (page.Count == 0)
            return new KnownPage(page, 0, after);

        string last = page[^1].OpenId;
        Dictionary<string, bool> exceptions = new(StringComparer.Ordinal);
        foreach ((string openId, bool waits) in await tx.ReadAllAsync<(string, bool)>(ExceptionsSql, new { appId = lease.AppId, listingId = listing.ListingId, after, last }))
            exceptions[openId] = waits || exceptions.GetValueOrDefault(openId);
        return new KnownPage(exceptions.Count == 0 ? page : [.. page.SelectMany(ask => Except(ask, exceptions))], page.Count, last);
    }

    /// <summary>Nobody who waits; whoever was refused, was missing or is held is compared whatever is answered, so that refusal, doubt and hold are taken back.</summary>
    private static IEnumerable<Ask> Except(Ask ask, Dictionary<string, bool> exceptions) =>
        !exceptions.TryGetValue(ask.OpenId, out bool waits) ? [ask]
        : waits ? [] : [ask with { StoredHash = null }];

    private static Ask NewOf(string openId, bool isStored, DateTimeOffset? listedAt) => new(openId, isStored ? AskReason.Returning : AskReason.New) { ListedAt = listedAt };

    private Task<List<T>> ReadAsync<T>(string sql, object parameters, CancellationToken cancellationToken) => PlanAsync(
        tx => tx.ReadAllAsync<T>(sql, parameters),
        cancellationToken);

    private async Task<T> PlanAsync<T>(Func<Transaction, Task<T>> read, CancellationToken cancellationToken)
    {
        using Activity? span = Instruments.Runs.StartActivity("plan");
        return await database.RunAsync(read, cancellationToken);
    }

    /// <param name="Due">Those to ask for.</param>
    /// <param name="Count">Followers read, those included who are to be left alone for now.</param>
    /// <param name="LastOpenId">Where the next page begins.</param>
    private sealed record KnownPage(List<Ask> Due, int Count, string LastOpenId);
}
