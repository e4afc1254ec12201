using Dapper;
using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Leases;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using FollowerSync.Sync.Asking;
using FollowerSync.Sync.Listings;
using FollowerSync.WeChat.Calls;
using FollowerSync.WeChat.Quota;
using Npgsql;

namespace FollowerSync.Sync.Merging;

/// <summary>Stores what the batches brought, thousands of people in a transaction: profiles, candidates for gone, rejections, the place reached in
/// the round, the run's counts and the ledger of calls. All of it is committed together or not at all, under the lease.</summary>
internal sealed class RoundWriter(
    FollowerDatabase database,
    RunLease lease,
    Listing listing,
    string confirmedThrough,
    RunTally tally,
    IdentityGuard identities,
    ReturnRecognition returns,
    CallCounts calls,
    int mergeSize,
    bool keepKnown)
{
    private const string GoneSql =
        """
        insert into followersync.unfollow_candidates as c (app_id, openid, listing_id, witness, answered_at)
        select @appId, openid, @listingId, witness, now()
        from unnest(@openIds::text[], @witnesses::text[]) as g (openid, witness)
        on conflict (app_id, openid) do update set answered_at = excluded.answered_at
        """;

    // WeChat answered that the person follows although the list lacks the person: stays.
    private const string StaysSql =
        "delete from followersync.unfollow_candidates where app_id = @appId and openid = any(@openIds)";

    // Nobody knows when a person whom we never saw following left; the list said so when it was read. Who is anonymised was seen, and stays so.
    private const string InsertGoneSql =
        """
        insert into wechat.followers (app_id, openid, subscribe, first_seen_at, changed_at, unfollowed_after, unfollowed_before, unfollow_source)
        select @appId, openid, false, now(), now(), @listedAt, now(), 'answer'
        from unnest(@openIds::text[], @pseudonyms::text[]) as g (openid, pseudonym)
        where not exists (select from wechat.followers a where a.app_id = @appId and a.openid = g.pseudonym)
        on conflict (app_id, openid) do nothing
        """;

    private const string AskedThroughSql =
        "update followersync.listings set asked_through = @askedThrough where listing_id = @listingId and asked_through < @askedThrough";

    private readonly List<AskedBatch> _batches = [];
    private readonly SeenUnionIds? _seen = listing.Search == NewPeopleSearch.Everybody ? new SeenUnionIds() : null;
    private string _confirmedThrough = confirmedThrough;
    private int _asks;

    /// <summary>Takes a batch, and writes when enough have come together.</summary>
    public async Task AddAsync(AskedBatch batch, CancellationToken cancellationToken)
    {
        _batches.Add(batch);
        _asks += batch.Asks.Count;
        if (_asks >= mergeSize)
            await FlushAsync(cancellationToken);
    }

    /// <summary>Writes what has come together.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_asks == 0)
            return;

        Chunk chunk = Chunk.Of(_batches);
        if (await returns.IsPossibleAsync(cancellationToken) && await returns.RestoreAsync(chunk.NewPeople(_batches), cancellationToken) > 0)
            chunk = chunk with { AreAllNew = false };
        Merged merged = await MergeAsync(chunk, identitiesAreProven: false, cancellationToken);
        if (merged.Suspects.Count > 0)
        {
            HashSet<string> suspects = new(merged.Suspects, StringComparer.Ordinal);
            for (int i = 0; i < _batches.Count; i++)
                _batches[i] = await identities.DecideAsync(_batches[i], suspects, cancellationToken);
            chunk = Chunk.Of(_batches);
            merged = await MergeAsync(chunk, identitiesAreProven: true, cancellationToken);
        }

        foreach (FollowerProfile profile in _seen is null ? [] : chunk.Profiles)
            _seen!.Add(profile.UnionIdUtf8);
        tally.Merged(_asks, merged.Counts, chunk.Rejections.Count);
        if (chunk.Ranges.Count > 0)
            _confirmedThrough = chunk.Ranges[^1].Through;
        _batches.Clear();
        _asks = 0;
    }

    private Task<Merged> MergeAsync(Chunk chunk, bool identitiesAreProven, CancellationToken cancellationToken)
    {
        IdentityFindings findings = identities.TakeFindings();
        IReadOnlyDictionary<string, long> callsByApi = calls.TakeCallsByApi();
        return database.RunInTransactionAsync(
            async (connection, transaction, token) =>
            {
                Merged merged = await StoreProfilesAsync(connection, transaction, chunk, identitiesAreProven, token);
                if (merged.Suspects.Count == 0)
                    return new Merged(await WriteRestAsync(connection, transaction, chunk, merged.Counts, findings, callsByApi, token), []);

                await ApiUsageStore.AddAsync(connection, transaction, lease.AppId, callsByApi, token);
                return merged;
            },
            cancellationToken);
    }

    /// <summary>Stores the profiles, or none of them when the unionid of somebody must be proven first.</summary>
    private async Task<Merged> StoreProfilesAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Chunk chunk, bool identitiesAreProven, CancellationToken cancellationToken)
    {
        if (chunk.Profiles.Count == 0)
            return new Merged(default, []);

        if (chunk.AreAllNew)
        {
            IReadOnlyList<string> suspects = identitiesAreProven
                ? [] : await FollowerStore.FindSuspectsAsync(connection, transaction, lease.AppId, chunk.Profiles, _seen, cancellationToken);
            if (suspects.Count > 0)
                return new Merged(default, suspects);
            if (await FollowerStore.TryInsertNewAsync(connection, transaction, lease.AppId, chunk.Profiles, keepKnown, cancellationToken))
                return new Merged(new MergeCounts(chunk.Profiles.Count, 0, 0), []);
        }

        await FollowerStore.StageAsync(connection, transaction, chunk.Profiles, keepKnown, cancellationToken);
        IReadOnlyList<string> staged = identitiesAreProven ? [] : await FollowerStore.FindStagedSuspectsAsync(connection, transaction, lease.AppId, cancellationToken);
        return staged.Count > 0
            ? new Merged(default, staged)
            : new Merged(await FollowerStore.MergeAsync(connection, transaction, lease.AppId, chunk.Profiles, keepKnown, cancellationToken), []);
    }

    /// <summary>Writes the calls made since the last merge into the ledger.</summary>
    public Task FlushLedgerAsync(CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, long> callsByApi = calls.TakeCallsByApi();
        return callsByApi.Count == 0
            ? Task.CompletedTask
            : database.RunInTransactionAsync((connection, transaction, token) => ApiUsageStore.AddAsync(connection, transaction, lease.AppId, callsByApi, token), cancellationToken);
    }

    private async Task<MergeCounts> WriteRestAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, Chunk chunk, MergeCounts counts, IdentityFindings findings, IReadOnlyDictionary<string, long> callsByApi, CancellationToken cancellationToken)
    {
        string appId = lease.AppId;
        long addedGone = await WriteGoneAsync(connection, transaction, chunk, cancellationToken);
        if (chunk.Staying.Length > 0)
            await ExecuteAsync(connection, transaction, StaysSql, new { appId, openIds = chunk.Staying }, cancellationToken);
        await RejectedOpenIdStore.ClearAsync(connection, transaction, appId, chunk.Answered, cancellationToken);
        await RejectedOpenIdStore.RecordAsync(connection, transaction, appId, chunk.Rejections, cancellationToken);
        await IdentityConflictStore.RecordAsync(connection, transaction, appId, tally.Run.RunId, findings.Conflicts, cancellationToken);
        await IdentityConflictStore.HoldAsync(connection, transaction, appId, tally.Run.RunId, findings.Held, cancellationToken);
        foreach ((string? after, string through) in chunk.Ranges)
        {
            await ExecuteAsync(connection, transaction, AskedThroughSql, new { listingId = listing.ListingId, askedThrough = through }, cancellationToken);
            await RotationStore.ConfirmAsync(connection, transaction, appId, after ?? _confirmedThrough, through, cancellationToken);
        }

        await ApiUsageStore.AddAsync(connection, transaction, appId, callsByApi, cancellationToken);
        counts = counts with { Added = counts.Added + addedGone, Unchanged = counts.Unchanged + chunk.Unchanged };
        await SyncRunStore.SaveProgressAsync(connection, transaction, tally.After(counts, chunk.Rejections.Count), cancellationToken);
        await lease.ProveAsync(connection, transaction, cancellationToken);
        return counts;
    }

    private async Task<long> WriteGoneAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Chunk chunk, CancellationToken cancellationToken)
    {
        if (chunk.Gone.Count == 0)
            return 0;

        string[] neverStored = [.. chunk.Gone.Where(g => g.Reason == AskReason.New && g.AskedSingly).Select(g => g.OpenId)];
        string?[] pseudonyms = returns.PseudonymsOf(neverStored);
        long added = await ExecuteAsync(
            connection, transaction, InsertGoneSql, new { appId = lease.AppId, openIds = neverStored, pseudonyms, listedAt = listing.StartedAt }, cancellationToken);
        GoneAnswer[] stored = [.. chunk.Gone.Where(g => g.Reason == AskReason.Missing || (g.Reason == AskReason.Known && g.AskedSingly))];
        var candidates = new
        {
            appId = lease.AppId,
            listingId = listing.ListingId,
            openIds = stored.Select(g => g.OpenId).ToArray(),
            witnesses = stored.Select(g => g.Reason == AskReason.Missing ? "listing" : "single").ToArray(),
        };
        await ExecuteAsync(connection, transaction, GoneSql, candidates, cancellationToken);
        return added;
    }

    private static Task<int> ExecuteAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, string sql, object parameters, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));

    /// <summary>Known followers between two openids, all of whom were asked for.</summary>
    /// <param name="After">Openid the range begins behind; null = where the last chunk ended.</param>
    /// <param name="Through">Last openid of the range.</param>
    private sealed record AskedRange(string? After, string Through);

    /// <param name="Counts">What was written.</param>
    /// <param name="Suspects">People whose unionids must be proven first; if any, no follower was written.</param>
    private sealed record Merged(MergeCounts Counts, IReadOnlyList<string> Suspects);

    /// <summary>Several batches as one: each openid once, also when a page that moved listed a person twice.</summary>
    private sealed record Chunk(
        IReadOnlyList<FollowerProfile> Profiles, IReadOnlyList<GoneAnswer> Gone, IReadOnlyList<Rejection> Rejections, string[] Staying, IReadOnlyList<AskedRange> Ranges, int Unchanged, bool AreAllNew)
    {
        public IEnumerable<string> Answered => Profiles.Select(p => p.OpenId).Concat(Gone.Select(g => g.OpenId));

        /// <summary>Those who follow and were not stored when they were asked for.</summary>
        public IEnumerable<FollowerProfile> NewPeople(IReadOnlyList<AskedBatch> batches)
        {
            HashSet<string> newOpenIds = new(batches.SelectMany(b => b.Asks).Where(a => a.Reason == AskReason.New).Select(a => a.OpenId), StringComparer.Ordinal);
            return Profiles.Where(p => newOpenIds.Contains(p.OpenId));
        }

        public static Chunk Of(IReadOnlyList<AskedBatch> batches)
        {
            // The latest answer about a person counts, whatever it says.
            Dictionary<string, FollowerProfile> profiles = new(StringComparer.Ordinal);
            Dictionary<string, GoneAnswer> gone = new(StringComparer.Ordinal);
            Dictionary<string, Rejection> rejections = new(StringComparer.Ordinal);
            foreach (AskedBatch batch in batches)
            {
                foreach (FollowerProfile profile in batch.Profiles)
                {
                    gone.Remove(profile.OpenId);
                    profiles[profile.OpenId] = profile;
                }

                foreach (GoneAnswer answer in batch.Gone)
                {
                    profiles.Remove(answer.OpenId);
                    gone[answer.OpenId] = answer;
                }

                foreach (Rejection rejection in batch.Rejections)
                    rejections[rejection.OpenId] = rejection;
            }

            IEnumerable<Ask> asks = batches.SelectMany(b => b.Asks);
            string[] staying = [.. asks.Where(a => a.Reason == AskReason.Missing && profiles.ContainsKey(a.OpenId)).Select(a => a.OpenId)];
            return new Chunk([.. profiles.Values], [.. gone.Values], [.. rejections.Values], staying, RangesOf(asks), batches.Sum(b => b.Unchanged), asks.All(a => a.Reason == AskReason.New));
        }

        /// <summary>One range; two where a rotation has come to the end and begun again at the first openid.</summary>
        private static List<AskedRange> RangesOf(IEnumerable<Ask> asks)
        {
            List<AskedRange> ranges = [];
            foreach (Ask ask in asks.Where(a => a.Reason == AskReason.Known))
            {
                if (ranges.Count == 0)
                    ranges.Add(new AskedRange(After: null, ask.OpenId));
                else if (string.CompareOrdinal(ask.OpenId, ranges[^1].Through) > 0)
                    ranges[^1] = ranges[^1] with { Through = ask.OpenId };
                else
                    ranges.Add(new AskedRange(After: "", ask.OpenId));
            }

            return ranges;
        }
    }
}
