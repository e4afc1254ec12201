using Dapper;
using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Leases;
using FollowerSync.WeChat.Answers;
using Npgsql;

namespace FollowerSync.Sync.Listings;

/// <summary>Writes <c>followersync.listings</c> and <c>followersync.listing_openids</c>. The rows survive a crash of the worker, so that the next run goes on.</summary>
internal sealed class ListingStore(FollowerDatabase database, RunLease lease)
{
    /// <summary>A round paused for the day's quota is gone on with the next day; after two it is begun anew.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(2);

    private const string Columns =
        "listing_id, status, started_at, pages, coalesce(next_openid, ''), coalesce(previous_openid, ''), lowest_total, highest_total, listed, asked_through, reason, paused_at";

    private const string NewestSql = $"select {Columns} from followersync.listings where app_id = @appId order by listing_id desc limit 1";

    private const string CountRowsSql = "select count(*) from followersync.listing_openids where listing_id = @listingId";

    private const string OpenSql =
        $"""
        update followersync.listings set status = 'dropped' where app_id = @appId and status in ('open', 'complete');
        delete from followersync.listing_openids where listing_id in (select listing_id from followersync.listings where app_id = @appId);
        delete from followersync.unfollow_candidates where app_id = @appId;
        insert into followersync.listings (app_id, status, started_at) values (@appId, 'open', now()) returning {Columns};
        """;

    private const string RestartSql =
        $"""
        delete from followersync.listing_openids where listing_id = @listingId;
        update followersync.listings
        set pages = 0, next_openid = null, previous_openid = null, lowest_total = null, highest_total = null, listed = 0
        where listing_id = @listingId
        returning {Columns};
        """;

    private const string CountListedSql =
        "select count(distinct openid) from followersync.listing_openids where listing_id = @listingId and openid = any(@openIds)";

    private const string PageSql =
        """
        update followersync.listings
        set pages = pages + 1, next_openid = @next, previous_openid = @previous, listed = listed + @count,
            lowest_total = least(lowest_total, @total), highest_total = greatest(highest_total, @total)
        where listing_id = @listingId
        returning pages
        """;

    private const string PageOpenIdsSql = "select openid from followersync.listing_openids where listing_id = @listingId and page = @page";

    private const string CountDifferentSql =
        """
        set local work_mem = '64MB'; set local enable_sort = off;
        select count(*) from (select distinct openid from followersync.listing_openids where listing_id = @listingId) d
        """;

    private const string SearchSql =
        """
        select exists (select from wechat.followers where app_id = @appId),
               exists (select from followersync.listings where app_id = @appId and status = 'done')
        """;

    private const string CompleteSql =
        """
        update followersync.listings set status = 'complete', listed_at = now(), listed = @listed where listing_id = @listingId;
        insert into followersync.unfollow_candidates (app_id, openid, listing_id, witness)
        select f.app_id, f.openid, @listingId, 'listing'
        from wechat.followers f
        where f.app_id = @appId and f.subscribe and f.changed_at < @startedAt
          and not exists (select from followersync.listing_openids l where l.listing_id = @listingId and l.openid = f.openid)
        on conflict (app_id, openid) do nothing;
        """;

    private const string IncompleteSql =
        "update followersync.listings set status = 'incomplete', listed_at = now(), listed = @listed, reason = @reason where listing_id = @listingId";

    private const string FinishSql = "update followersync.listings set status = 'done' where listing_id = @listingId and status = 'complete'";

    /// <summary>The round to work on: the newest one if it is unfinished, younger than <paramref name="maxAge"/> and still whole, else a new one.</summary>
    public Task<Listing> OpenAsync(TimeSpan maxAge, CancellationToken cancellationToken) => WriteAsync(
        async (connection, transaction, token) =>
        {
            Listing? newest = await ReadOneAsync(connection, transaction, NewestSql, new { appId = lease.AppId }, token);
            if (newest is { Status: ListingStatus.Open or ListingStatus.Complete, Pages: > 0 } && await IsUsableAsync(connection, transaction, newest, maxAge, token))
                return newest with { IsContinued = true, Search = await ChooseSearchAsync(connection, transaction, isContinued: true, token) };

            Listing opened = (await ReadOneAsync(connection, transaction, OpenSql, new { appId = lease.AppId }, token))!;
            return opened with { Search = await ChooseSearchAsync(connection, transaction, isContinued: false, token) };
        },
        cancellationToken);

    /// <summary>Forgets the pages read so far, so that the list is read again from its start. The round, and whom it has asked already, stays.</summary>
    public Task<Listing> RestartAsync(Listing listing, CancellationToken cancellationToken) => WriteAsync(
        async (connection, transaction, token) =>
            (await ReadOneAsync(connection, transaction, RestartSql, new { listingId = listing.ListingId }, token))! with
            {
                Search = listing.Search == NewPeopleSearch.AtEnd ? NewPeopleSearch.AtEnd : NewPeopleSearch.ByPage,
            },
        cancellationToken);

    /// <summary>How many of these openids stand in the listing already.</summary>
    public Task<long> CountListedAsync(Listing listing, IReadOnlyCollection<string> openIds, CancellationToken cancellationToken) => database.RunInTransactionAsync(
        (connection, transaction, token) => connection.QuerySingleAsync<long>(new CommandDefinition(
            CountListedSql, new { listingId = listing.ListingId, openIds = openIds.ToArray() }, transaction, cancellationToken: token)),
        cancellationToken);

    /// <summary>Stores a page with the cursor behind it.</summary>
    /// <returns>Its openids, each once.</returns>
    public Task<string[]> AppendAsync(Listing listing, OpenIdPage page, CancellationToken cancellationToken) => WriteAsync(
        async (connection, transaction, token) =>
        {
            string[] openIds = [.. page.OpenIds.Distinct(StringComparer.Ordinal)];
            var parameters = new
            {
                listingId = listing.ListingId,
                next = page.NextOpenId,
                previous = openIds.Length > 1 ? openIds[^2] : null,
                count = openIds.Length,
                total = page.Total,
            };
            int number = await connection.QuerySingleAsync<int>(new CommandDefinition(PageSql, parameters, transaction, cancellationToken: token));
            await CopyAsync(connection, listing.ListingId, number, openIds, token);
            return openIds;
        },
        cancellationToken);

    /// <summary>The openids of a stored page.</summary>
    public Task<string[]> ReadPageAsync(Listing listing, int page, CancellationToken cancellationToken) => database.RunInTransactionAsync<string[]>(
        async (connection, transaction, token) => [.. await connection.QueryAsync<string>(new CommandDefinition(
            PageOpenIdsSql, new { listingId = listing.ListingId, page }, transaction, cancellationToken: token))],
        cancellationToken);

    /// <summary>Judges the list that was read to its end. A complete one makes candidates of everybody it lacks.</summary>
    /// <param name="listing">The list.</param>
    /// <param name="totalAtEnd">Followers WeChat named in the empty answer behind the last page; of a list without any page it is all that tells
    /// an account without followers from an answer that lost them.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public Task<Listing> CompleteAsync(Listing listing, long totalAtEnd, CancellationToken cancellationToken) => WriteAsync(
        async (connection, transaction, token) =>
        {
            Listing read = (await ReadOneAsync(connection, transaction, NewestSql, new { appId = lease.AppId }, token))!;
            long listed = await connection.QuerySingleAsync<long>(new CommandDefinition(
                CountDifferentSql, new { listingId = listing.ListingId }, transaction, commandTimeout: 0, cancellationToken: token));
            TimeSpan age = await AgeAsync(connection, transaction, read, token);
            string? reason = Completeness.WhyNot(listed, read.LowestTotal ?? totalAtEnd, Math.Max(read.HighestTotal ?? 0, totalAtEnd), age);
            var parameters = new { listingId = listing.ListingId, appId = lease.AppId, listed, reason, startedAt = listing.StartedAt };
            await connection.ExecuteAsync(new CommandDefinition(
                reason is null ? CompleteSql : IncompleteSql, parameters, transaction, commandTimeout: 0, cancellationToken: token));
            return read with { Search = listing.Search, Listed = listed, Status = reason is null ? ListingStatus.Complete : ListingStatus.Incomplete, Reason = reason };
        },
        cancellationToken);

    /// <summary>Gives the list up as a witness, for a reason seen while it was read.</summary>
    public Task<Listing> BreakAsync(Listing listing, string reason, CancellationToken cancellationToken) => WriteAsync(
        async (connection, transaction, token) =>
        {
            Listing read = (await ReadOneAsync(connection, transaction, NewestSql, new { appId = lease.AppId }, token))!;
            var parameters = new { listingId = listing.ListingId, listed = read.Listed, reason };
            await connection.ExecuteAsync(new CommandDefinition(IncompleteSql, parameters, transaction, cancellationToken: token));
            return read with { Search = listing.Search, Status = ListingStatus.Incomplete, Reason = reason };
        },
        cancellationToken);

    /// <summary>Keeps the round for another day: the calls of this one are used up.</summary>
    public Task PauseAsync(Listing listing, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction, token) => connection.ExecuteAsync(new CommandDefinition(
            "update followersync.listings set paused_at = now() where listing_id = @listingId", new { listingId = listing.ListingId }, transaction, cancellationToken: token)),
        cancellationToken);

    /// <summary>Closes the round: everybody due has been asked for and merged.</summary>
    public Task FinishAsync(Listing listing, CancellationToken cancellationToken) => WriteAsync(
        (connection, transaction, token) => connection.ExecuteAsync(
            new CommandDefinition(FinishSql, new { listingId = listing.ListingId }, transaction, cancellationToken: token)),
        cancellationToken);

    private async Task<NewPeopleSearch> ChooseSearchAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, bool isContinued, CancellationToken cancellationToken)
    {
        (bool anybody, bool finished) = await connection.QuerySingleAsync<(bool, bool)>(new CommandDefinition(
            SearchSql, new { appId = lease.AppId }, transaction, cancellationToken: cancellationToken));
        if (!anybody && !isContinued)
            return NewPeopleSearch.Everybody;
        return finished ? NewPeopleSearch.AtEnd : NewPeopleSearch.ByPage;
    }

    private static async Task<bool> IsUsableAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Listing listing, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        DateTime now = await NowAsync(connection, transaction, cancellationToken);
        if (listing.PausedAt is { } pausedAt ? now - pausedAt >= LongestPause : now - listing.StartedAt >= maxAge)
            return false;

        // The table is emptied by a crash of PostgreSQL, and distinct openids were counted once the list was complete.
        long rows = await connection.QuerySingleAsync<long>(new CommandDefinition(
            CountRowsSql, new { listingId = listing.ListingId }, transaction, cancellationToken: cancellationToken));
        return listing.Status == ListingStatus.Open ? rows == listing.Listed : rows >= listing.Listed;
    }

    private static async Task<TimeSpan> AgeAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Listing listing, CancellationToken cancellationToken) =>
        await NowAsync(connection, transaction, cancellationToken) - listing.StartedAt;

    private static Task<DateTime> NowAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        connection.QuerySingleAsync<DateTime>(new CommandDefinition("select now()", transaction: transaction, cancellationToken: cancellationToken));

    private static async Task CopyAsync(
        NpgsqlConnection connection, long listingId, int page, string[] openIds, CancellationToken cancellationToken)
    {
        await using BinaryCopy copy = await BinaryCopy.BeginAsync(
            connection, "copy followersync.listing_openids (listing_id, page, openid) from stdin (format binary)", cancellationToken);
        BinaryRows row = new();
        row.Int64(listingId);
        row.Int32(page);
        int start = row.Length;
        foreach (string openId in openIds)
        {
            row.Truncate(start);
            row.Text(openId);
            await copy.StartRowAsync(columns: 3, cancellationToken);
            copy.Append(row.Span(0, row.Length));
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static async Task<Listing?> ReadOneAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));
        if (!await reader.ReadAsync(cancellationToken))
            return null;

        return new Listing
        {
            ListingId = reader.GetInt64(0),
            Status = Enum.Parse<ListingStatus>(reader.GetString(1), ignoreCase: true),
            StartedAt = reader.GetDateTime(2),
            Pages = reader.GetInt32(3),
            NextOpenId = reader.GetString(4),
            PreviousOpenId = reader.GetString(5),
            LowestTotal = reader.IsDBNull(6) ? null : reader.GetInt64(6),
            HighestTotal = reader.IsDBNull(7) ? null : reader.GetInt64(7),
            Listed = reader.GetInt64(8),
            AskedThrough = reader.GetString(9),
            Reason = reader.IsDBNull(10) ? null : reader.GetString(10),
            PausedAt = reader.IsDBNull(11) ? null : reader.GetDateTime(11),
        };
    }

    private Task<T> WriteAsync<T>(Func<NpgsqlConnection, NpgsqlTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        database.RunInTransactionAsync(
            async (connection, transaction, token) =>
            {
                T result = await work(connection, transaction, token);
                await lease.ProveAsync(connection, transaction, token);
                return result;
            },
            cancellationToken);
}
