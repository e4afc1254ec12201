using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Followers.Encoding;
using FollowerSync.Languages;
using FollowerSync.Leases;
using FollowerSync.Runs;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync.Listings;

/// <summary>Writes <c>followersync.listings</c> and <c>followersync.listing_openids</c>. The rows survive a crash of the worker, so that the next run goes on.</summary>
internal sealed class ListingStore(FollowerDatabase database, RunLease lease, TimeProvider time)
{
    /// <summary>A round paused for the day's quota is gone on with the next day; after two it is begun anew.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(2);

    /// <summary>SQL: the account <c>a</c> has come to the end of a list, so that a run reads the list whole before it asks for anybody on it.</summary>
    public const string IsKnown = "exists (select 1 from followersync.listings k where k.app_id = a.app_id and k.status = 'done')";

    private const string Columns =
        "listing_id, status, started_at, pages, coalesce(next_openid, '') as next_openid, coalesce(previous_openid, '') as previous_openid, lowest_total, highest_total, listed, asked_through, reason, paused_at, difference, lasting";

    private const string NewestSql = $"select {Columns} from followersync.listings where app_id = @appId order by listing_id desc limit 1";

    private const string IsThereSql = "select exists (select 1 from followersync.listing_openids where listing_id = @ListingId)";

    private const string CountRowsSql = "select count(*) from followersync.listing_openids where listing_id = @listingId";

    private const string OpenSql =
        $"""
        update followersync.listings set status = 'dropped' where app_id = @appId and status in ('open', 'complete');
        delete from followersync.listing_openids where listing_id in (select listing_id from followersync.listings where app_id = @appId);
        insert into followersync.listings (app_id, status, started_at, slice) values (@appId, 'open', now(), @slice) returning {Columns};
        """;

    private const string RestartSql =
        $"""
        delete from followersync.listing_openids where listing_id = @listingId;
        update followersync.listings
        set pages = 0, next_openid = null, previous_openid = null, lowest_total = null, highest_total = null, listed = 0, page_times = array[]::timestamptz[]
        where listing_id = @listingId
        returning {Columns};
        """;

    private const string CountListedSql =
        "select count(distinct openid) from followersync.listing_openids where listing_id = @listingId and openid = any(@openIds)";

    private const string PageSql =
        """
        update followersync.listings
        set pages = pages + 1, next_openid = @next, previous_openid = @previous, listed = listed + @count,
            lowest_total = least(lowest_total, @total), highest_total = greatest(highest_total, @total), page_times = page_times || (now() - @age)
        where listing_id = @listingId
        returning pages, now() - @age
        """;

    private const string PageOpenIdsSql = "select openid from followersync.listing_openids where listing_id = @listingId and page = @page";

    private const string PageTimeSql = "select page_times[@page] from followersync.listings where listing_id = @listingId";

    private const string CountDifferentSql =
        """
        set local work_mem = '64MB'; set local enable_sort = off;
        select count(*), coalesce(sum(times), 0)::bigint
        from (select count(*) as times from followersync.listing_openids where listing_id = @listingId group by openid) d
        """;

    private const string SearchSql =
        $"select exists (select 1 from wechat.followers where app_id = @appId), {IsKnown} from (select @appId as app_id) a";

    private const string JudgedSql =
        """
        update followersync.listings
        set status = case when @reason::text[] is null then 'complete' else 'incomplete' end, listed_at = now(), listed = @listed, reason = @reason,
            difference = @difference, lasting = @lasting
        where listing_id = @listingId
        """;

    private const string DifferencesSql =
        """
        select difference from followersync.listings
        where app_id = @appId and listing_id < @listingId and difference is not null
        order by listing_id desc
        limit 30
        """;

    private const string UnlistedSql = "update followersync.listings set unlisted = unlisted + @people where listing_id = @listingId and lasting";

    private const string LastingSql =
        """
        select coalesce((
            select case when lasting then difference else 0 end
            from followersync.listings
            where app_id = @appId and difference is not null
            order by listing_id desc
            limit 1), 0)
        """;

    private const string IncompleteSql =
        "update followersync.listings set status = 'incomplete', listed_at = now(), listed = @listed, reason = @reason where listing_id = @listingId";

    private const string AdvanceSql =
        "update followersync.listings set asked_through = @askedThrough where listing_id = @listingId and asked_through < @askedThrough";

    private const string SliceSql = "update followersync.listings set slice = @slice where listing_id = @ListingId and slice is distinct from @slice::bigint";

    private const string FinishSql = "update followersync.listings set status = 'done' where listing_id = @listingId and status = 'complete'";

    private const string HoldSql = "update followersync.listings set status = 'held' where listing_id = @listingId and status = 'complete'";

    private const string ReleaseSql =
        """
        update followersync.listings l
        set status = case when exists (select 1 from followersync.listings n where n.app_id = l.app_id and n.status = 'held' and n.listing_id > l.listing_id)
                     then 'dropped' else 'done' end
        where app_id = @appId and status = 'held'
        """;

    private const string DropHeldSql = "update followersync.listings set status = 'dropped' where app_id = @appId and status = 'held'";

    private const string DropSql = "update followersync.listings set status = 'dropped' where app_id = @appId and status in ('open', 'complete', 'held')";

    /// <summary>The round to work on: the newest one if it is unfinished, younger than <paramref name="maxAge"/> and still whole, else a new one.</summary>
    /// <param name="maxAge">How old it may be.</param>
    /// <param name="slice">How many known followers the run asks for; null = all. Kept for whoever tells how far the round is.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public Task<Listing> OpenAsync(TimeSpan maxAge, long? slice, CancellationToken cancellationToken) => lease.RunAsync(
        async tx =>
        {
            Listing? newest = await tx.ReadOrDefaultAsync<Listing>(NewestSql, new { appId = lease.AppId });
            if (newest is { Status: ListingStatus.Open or ListingStatus.Complete, Pages: > 0 } && await IsUsableAsync(tx, newest, maxAge))
            {
                await tx.ExecuteAsync(SliceSql, new { newest.ListingId, slice });
                await SyncRunStore.TakeUpAsync(tx, newest.ListingId);
                return newest with { IsContinued = true, Search = await ChooseSearchAsync(tx, isContinued: true) };
            }

            await CandidateStore.ReopenAsync(tx, lease.AppId);
            Listing opened = (await tx.ReadOrDefaultAsync<Listing>(OpenSql, new { appId = lease.AppId, slice }))!;
            await SyncRunStore.TakeUpAsync(tx, opened.ListingId);
            return opened with { Search = await ChooseSearchAsync(tx, isContinued: false) };
        },
        cancellationToken);

    /// <summary>Forgets the pages read so far, so that the list is read again from its start. The round, and whom it has asked already, stays.</summary>
    public Task<Listing> RestartAsync(Listing listing, CancellationToken cancellationToken) => lease.RunAsync(
        async tx =>
            (await tx.ReadOrDefaultAsync<Listing>(RestartSql, new { listingId = listing.ListingId }))! with
            {
                Search = listing.Search == NewPeopleSearch.AtEnd ? NewPeopleSearch.AtEnd : NewPeopleSearch.ByPage,
            },
        cancellationToken);

    /// <summary>How many of these openids stand in the listing already.</summary>
    public Task<long> CountListedAsync(Listing listing, IReadOnlyCollection<string> openIds, CancellationToken cancellationToken) => database.RunAsync(
        tx => tx.ReadAsync<long>(CountListedSql, new { listingId = listing.ListingId, openIds = openIds.ToArray() }),
        cancellationToken);

    /// <summary>Stores a page with the cursor behind it. What cannot be an openid is kept too, under its key, for WeChat counts it: it stands among the
    /// refused ones, so nobody asks for it.</summary>
    /// <returns>The page, with each openid once.</returns>
    // Whoever is on it may leave while it waits to be stored, for the page before or a database that is away.
    public Task<ListedPage> AppendAsync(Listing listing, OpenIdPage page, CancellationToken cancellationToken) =>
        lease.RunAsync(tx => AppendAsync(tx, listing, page, time.GetElapsedTime(page.AnsweredAt)), cancellationToken);

    private async Task<ListedPage> AppendAsync(Transaction tx, Listing listing, OpenIdPage page, TimeSpan age)
    {
        string[] openIds = [.. page.OpenIds.Distinct(StringComparer.Ordinal)];
        var parameters = new
        {
            listingId = listing.ListingId,
            next = page.NextOpenId,
            previous = openIds.Length > 1 ? openIds[^2] : null,
            count = openIds.Length + page.Impossible.Count,
            total = page.Total,
            age,
        };
        (int number, DateTimeOffset answeredAt) = await tx.ReadAsync<(int, DateTimeOffset)>(PageSql, parameters);
        string[] keys = [.. page.Impossible.Select(i => i.Key)];
        await RejectedOpenIdStore.RecordImpossibleAsync(tx, lease.AppId, keys, [.. page.Impossible.Select(i => i.Why)]);
        await CopyAsync(tx, listing.ListingId, number, [.. openIds, .. keys]);
        return new ListedPage(openIds, answeredAt);
    }

    /// <summary>A page that was stored before.</summary>
    public Task<ListedPage> ReadPageAsync(Listing listing, int page, CancellationToken cancellationToken) => database.RunAsync(
        async tx => new ListedPage(
            [.. await tx.ReadAllAsync<string>(PageOpenIdsSql, new { listingId = listing.ListingId, page })],
            await tx.ReadAsync<DateTimeOffset>(PageTimeSql, new { listingId = listing.ListingId, page })),
        cancellationToken);

    /// <summary>Judges the list that was read to its end. A complete one makes candidates of everybody it lacks.</summary>
    /// <param name="listing">The list.</param>
    /// <param name="totalAtEnd">Followers WeChat named in the empty answer behind the last page; of a list without any page it is all that tells
    /// an account without followers from an answer that lost them.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ListingBrokenException">Rows of it are lost.</exception>
    public Task<Listing> CompleteAsync(Listing listing, long totalAtEnd, CancellationToken cancellationToken) => lease.RunAsync(
        async tx =>
        {
            Listing read = (await tx.ReadOrDefaultAsync<Listing>(NewestSql, new { appId = lease.AppId }))!;
            (long listed, long rows) = await tx.ReadAsync<(long, long)>(CountDifferentSql, new { listingId = listing.ListingId });
            if (rows < read.Listed)
                throw new ListingBrokenException("PostgreSQL crashed while it was read, and lost what was listed before");
            TimeSpan age = await AgeAsync(tx, read);
            (long lowest, long highest) = (read.LowestTotal ?? totalAtEnd, Math.Max(read.HighestTotal ?? 0, totalAtEnd));
            Sentence? reason = Completeness.WhyNot(listed, lowest, highest, age);
            long difference = Completeness.DifferenceOf(listed, lowest, highest);
            int alike = await CountAlikeAsync(tx, listing, difference, Completeness.ToleranceOf(highest, age));
            bool lasting = reason is not null && listed > 0 && alike >= Completeness.ListsAlike;
            reason = lasting ? null : reason;
            await tx.ExecuteAsync(JudgedSql, new { listingId = listing.ListingId, listed, reason, difference, lasting });
            if (reason is null)
                await CandidateStore.NameMissingAsync(tx, lease.AppId, listing.ListingId, listing.StartedAt, isWitness: !lasting);
            else
                await CandidateStore.SeeListedAsync(tx, lease.AppId, listing.ListingId);
            return read with
            {
                Search = listing.Search,
                Listed = listed,
                Status = reason is null ? ListingStatus.Complete : ListingStatus.Incomplete,
                Reason = reason,
                Difference = difference,
                Lasting = lasting,
                Alike = alike,
            };
        },
        cancellationToken);

    /// <summary>Looks at a list with a lasting difference once more, when everybody it lacks has been asked about: if several of them follow and there
    /// must be more of the kind, the list is short after all.</summary>
    /// <returns>The list as it stands now.</returns>
    public Task<Listing> ReviewAsync(Listing listing, CancellationToken cancellationToken) => !listing.Lasting ? Task.FromResult(listing) : lease.RunAsync(
        async tx =>
        {
            (long unlisted, TimeSpan age) = (
                await tx.ReadAsync<long>("select unlisted from followersync.listings where listing_id = @listingId", new { listingId = listing.ListingId }),
                await AgeAsync(tx, listing));
            long tolerance = Completeness.ToleranceOf(listing.HighestTotal ?? 0, age);
            long difference = listing.Difference ?? 0;
            if (unlisted <= tolerance || difference - unlisted <= tolerance)
                return listing with { Alike = await CountAlikeAsync(tx, listing, difference, tolerance) };

            Sentence reason = $"The list held {listing.Listed} different openids, but WeChat said the account has {listing.Listed + difference} followers, and {unlisted} people whom it lacks follow: it is short";
            await tx.ExecuteAsync(IncompleteSql, new { listingId = listing.ListingId, listed = listing.Listed, reason });
            return listing with { Status = ListingStatus.Incomplete, Reason = reason, Lasting = false };
        },
        cancellationToken);

    /// <summary>Counts people whom a list with a lasting difference lacks and who follow.</summary>
    public static Task CountUnlistedAsync(Transaction tx, long listingId, int people) =>
        people == 0 ? Task.CompletedTask : tx.ExecuteAsync(UnlistedSql, new { listingId, people });

    /// <summary>How many more followers WeChat counts than it lists, in several lists alike; 0 = as many, or nobody knows yet.</summary>
    public static Task<long> ReadLastingDifferenceAsync(Transaction tx, string appId) => tx.ReadAsync<long>(LastingSql, new { appId });

    /// <summary>Gives the list up as a witness, for a reason seen while it was read.</summary>
    public Task<Listing> BreakAsync(Listing listing, Sentence reason, CancellationToken cancellationToken) => lease.RunAsync(
        async tx =>
        {
            Listing read = (await tx.ReadOrDefaultAsync<Listing>(NewestSql, new { appId = lease.AppId }))!;
            var parameters = new { listingId = listing.ListingId, listed = read.Listed, reason };
            await tx.ExecuteAsync(IncompleteSql, parameters);
            await CandidateStore.SeeListedAsync(tx, lease.AppId, listing.ListingId);
            return read with { Search = listing.Search, Status = ListingStatus.Incomplete, Reason = reason };
        },
        cancellationToken);

    /// <summary>Keeps the round for another day: the calls of this one are used up.</summary>
    public Task PauseAsync(Listing listing, CancellationToken cancellationToken) => lease.RunAsync(
        tx => tx.ExecuteAsync("update followersync.listings set paused_at = now() where listing_id = @listingId", new { listingId = listing.ListingId }),
        cancellationToken);

    /// <summary>To be asked where the round is closed: as long as the list is there, so is all that was committed since it was read.</summary>
    /// <remarks>A crash and a promotion empty the list, which is unlogged; the promoted server may lack the last commits of the old one, too.</remarks>
    /// <exception cref="ListingLostException">It is gone.</exception>
    public static async Task RequireThereAsync(Transaction tx, Listing listing)
    {
        if (listing is { Status: ListingStatus.Complete, Listed: > 0 } && !await tx.ReadAsync<bool>(IsThereSql, new { listing.ListingId }))
            throw new ListingLostException();
    }

    /// <summary>Closes the round: everybody due has been asked for and merged. Belongs into the transaction that closes its run: a round that is done is not gone on with.</summary>
    /// <exception cref="ListingLostException">It is gone.</exception>
    public static async Task FinishAsync(Transaction tx, Listing listing)
    {
        await RequireThereAsync(tx, listing);
        await tx.ExecuteAsync(FinishSql, new { listingId = listing.ListingId });
    }

    /// <summary>Closes the round but for what the brake holds: the next run reads a list of its own, so that new people are let in.</summary>
    public static Task HoldAsync(Transaction tx, Listing listing) => tx.ExecuteAsync(HoldSql, new { listingId = listing.ListingId });

    /// <summary>Keeps what those who are held now have in common, counted.</summary>
    public static Task KeepHeldAsync(Transaction tx, Listing listing, string held) =>
        tx.ExecuteAsync("update followersync.listings set held = @held::jsonb where listing_id = @ListingId", new { listing.ListingId, held });

    /// <summary>Closes the held rounds of the account: what they held is released. The newest tells since when everybody is known.</summary>
    public static Task ReleaseAsync(Transaction tx, string appId) => tx.ExecuteAsync(ReleaseSql, new { appId });

    /// <summary>Gives the held rounds of the account up: nobody whom they missed was marked.</summary>
    public static Task DropHeldAsync(Transaction tx, string appId) => tx.ExecuteAsync(DropHeldSql, new { appId });

    /// <summary>Gives all that is unfinished of the account up, so that the next run begins from scratch.</summary>
    public static Task DropAsync(Transaction tx, string appId) => tx.ExecuteAsync(DropSql, new { appId });

    /// <summary>Known followers up to this openid have been asked for in this round.</summary>
    public static Task AdvanceAsync(Transaction tx, long listingId, string askedThrough) => tx.ExecuteAsync(AdvanceSql, new { listingId, askedThrough });

    private async Task<int> CountAlikeAsync(Transaction tx, Listing listing, long difference, long tolerance) => Completeness.CountAlike(
        difference, await tx.ReadAllAsync<long>(DifferencesSql, new { appId = lease.AppId, listingId = listing.ListingId }), tolerance);

    private async Task<NewPeopleSearch> ChooseSearchAsync(
        Transaction tx, bool isContinued)
    {
        (bool anybody, bool finished) = await tx.ReadAsync<(bool, bool)>(SearchSql, new { appId = lease.AppId });
        if (!anybody && !isContinued)
            return NewPeopleSearch.Everybody;
        return finished ? NewPeopleSearch.AtEnd : NewPeopleSearch.ByPage;
    }

    private static async Task<bool> IsUsableAsync(
        Transaction tx, Listing listing, TimeSpan maxAge)
    {
        DateTimeOffset now = await DatabaseClock.ReadAsync(tx);
        TimeSpan age = now - (listing.PausedAt ?? listing.StartedAt);
        // A round of the future is of unknown age: the clock was set back since.
        if (age < -DatabaseClock.Tolerance || age >= (listing.PausedAt is null ? maxAge : LongestPause))
            return false;

        // The table is emptied by a crash of PostgreSQL, and distinct openids were counted once the list was complete.
        long rows = await tx.ReadAsync<long>(CountRowsSql, new { listingId = listing.ListingId });
        return listing.Status == ListingStatus.Open ? rows == listing.Listed : rows >= listing.Listed;
    }

    private static async Task<TimeSpan> AgeAsync(
        Transaction tx, Listing listing) =>
        await DatabaseClock.ReadAsync(tx) - listing.StartedAt;

    private static async Task CopyAsync(Transaction tx, long listingId, int page, string[] openIds)
    {
        await using BinaryCopy copy = await BinaryCopy.BeginAsync(tx, "copy followersync.listing_openids (listing_id, page, openid) from stdin (format binary)");
        BinaryRows row = new();
        row.Int64(listingId);
        row.Int32(page);
        int start = row.Length;
        foreach (string openId in openIds)
        {
            row.Truncate(start);
            row.Text(openId);
            await copy.StartRowAsync(columns: 3);
            copy.Append(row.Span(0, row.Length));
        }

        await copy.CompleteAsync();
    }
}
