using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Leases;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using FollowerSync.Sync.Asking;
using FollowerSync.Sync.Listings;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.Sync.Merging;

/// <summary>Stores what the batches brought, thousands of people in a transaction: profiles, candidates for gone, rejections, the place reached in
/// the round, the run's counts and the ledger of calls. All of it is committed together or not at all, under the lease.</summary>
internal sealed class RoundWriter(
    RunLease lease, Listing listing, RunTally tally, IdentityGuard identities, ReturnRecognition returns, MergeRules rules)
{
    private readonly List<AskedBatch> _batches = [];
    private readonly SeenUnionIds? _seen = listing.Search == NewPeopleSearch.Everybody ? new SeenUnionIds() : null;
    private string _confirmedThrough = listing.AskedThrough;
    private int _asks;

    /// <summary>Openid up to which known followers have been asked for: where the first range of them begins.</summary>
    public string ConfirmedThrough
    {
        init => _confirmedThrough = value;
    }

    /// <summary>Takes a batch, and writes when enough have come together.</summary>
    public async Task AddAsync(AskedBatch batch, CancellationToken cancellationToken)
    {
        _batches.Add(batch);
        _asks += batch.Asks.Count;
        if (_asks >= rules.MergeSize)
            await FlushAsync(cancellationToken);
    }

    /// <summary>Writes what has come together.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_asks == 0)
            return;

        MergeChunk chunk = MergeChunk.Of(_batches);
        if (await returns.IsPossibleAsync(cancellationToken) && await returns.RestoreAsync(chunk.NewPeople(_batches), cancellationToken) > 0)
            chunk = chunk with { AreAllNew = false };
        Merged merged = await MergeAsync(chunk, identitiesAreProven: false, cancellationToken);
        if (merged.Suspects.Count > 0)
        {
            HashSet<string> suspects = new(merged.Suspects, StringComparer.Ordinal);
            for (int i = 0; i < _batches.Count; i++)
                _batches[i] = await identities.DecideAsync(_batches[i], suspects, cancellationToken);
            chunk = MergeChunk.Of(_batches);
            merged = await MergeAsync(chunk, identitiesAreProven: true, cancellationToken);
        }

        foreach (FollowerProfile profile in _seen is null ? [] : chunk.Profiles)
            _seen!.Add(profile.UnionIdUtf8);
        tally.Merged(_asks, merged.Counts, chunk.Rejections.Count);
        foreach (AskedBatch batch in _batches)
            tally.CountUnreadable(batch.Unreadable);
        if (chunk.Ranges.Count > 0)
            _confirmedThrough = chunk.Ranges[^1].Through;
        _batches.Clear();
        _asks = 0;
    }

    private async Task<Merged> MergeAsync(MergeChunk chunk, bool identitiesAreProven, CancellationToken cancellationToken)
    {
        IdentityFindings findings = identities.TakeFindings();
        IReadOnlyDictionary<string, long> callsByApi = tally.Calls.Unwritten;
        Merged merged = await lease.RunAsync(
            async tx =>
            {
                Merged stored = await StoreProfilesAsync(tx, chunk, identitiesAreProven);
                Merged merged = stored.Suspects.Count > 0 ? stored : new Merged(await StoreRestAsync(tx, chunk, stored.Counts, findings), []);
                // Last: every run of the account waits for the ledger's rows, and profiles take their time.
                await ApiUsageStore.AddAsync(tx, lease.AppId, callsByApi);
                return merged;
            },
            cancellationToken);
        tally.Calls.Wrote(callsByApi);
        return merged;
    }

    /// <summary>Stores the profiles, or none of them when the unionid of somebody must be proven first.</summary>
    private async Task<Merged> StoreProfilesAsync(Transaction tx, MergeChunk chunk, bool identitiesAreProven)
    {
        if (chunk.Profiles.Count == 0)
            return new Merged(default, []);

        if (chunk.AreAllNew)
        {
            IReadOnlyList<string> suspects = identitiesAreProven ? [] : await FollowerStore.FindSuspectsAsync(tx, lease.AppId, chunk.Profiles, _seen);
            if (suspects.Count > 0)
                return new Merged(default, suspects);
            if (await FollowerStore.TryInsertNewAsync(tx, lease.AppId, chunk.Profiles, rules.KeepKnown))
                return new Merged(new MergeCounts(chunk.Profiles.Count, 0, 0), []);
        }

        await FollowerStore.StageAsync(tx, chunk.Profiles, rules.KeepKnown);
        IReadOnlyList<string> staged = identitiesAreProven ? [] : await FollowerStore.FindStagedSuspectsAsync(tx, lease.AppId);
        return staged.Count > 0
            ? new Merged(default, staged)
            : new Merged(await FollowerStore.MergeAsync(tx, lease.AppId, chunk.Profiles, rules.KeepKnown), []);
    }

    private async Task<MergeCounts> StoreRestAsync(Transaction tx, MergeChunk chunk, MergeCounts counts, IdentityFindings findings)
    {
        string appId = lease.AppId;
        long addedGone = await StoreGoneAsync(tx, chunk.Gone);
        await CandidateStore.RemoveAsync(tx, appId, chunk.Staying);
        await ListingStore.CountUnlistedAsync(tx, listing.ListingId, chunk.Staying.Length);
        await RejectedOpenIdStore.ClearAsync(tx, appId, chunk.Answered);
        await RejectedOpenIdStore.RecordAsync(tx, appId, chunk.Rejections);
        await IdentityConflictStore.RecordAsync(tx, appId, tally.Run.RunId, findings.Conflicts);
        if (identities.IsHolding)
            await IdentityConflictStore.LetGoAsync(tx, appId, [.. chunk.Profiles.Where(p => !p.UnionIdUtf8.IsEmpty).Select(p => p.OpenId)]);
        await IdentityConflictStore.HoldAsync(tx, appId, tally.Run.RunId, findings.Held);
        foreach ((string? after, string through) in chunk.Ranges)
        {
            await ListingStore.AdvanceAsync(tx, listing.ListingId, through);
            await RotationStore.ConfirmAsync(tx, appId, after ?? _confirmedThrough, through);
        }

        counts = counts with { Added = counts.Added + addedGone, Unchanged = counts.Unchanged + chunk.Unchanged };
        await SyncRunStore.SaveProgressAsync(tx, tally.After(counts, chunk.Rejections.Count));
        return counts;
    }

    private async Task<long> StoreGoneAsync(Transaction tx, IReadOnlyList<GoneAnswer> gone)
    {
        GoneAnswer[] known = [.. gone.Where(g => g.Reason == AskReason.Missing || (g.Reason is AskReason.Known or AskReason.Doubted && g.AskedSingly))];
        await CandidateStore.AnswerAsync(
            tx, lease.AppId, listing.ListingId, [.. known.Select(g => g.OpenId)], known.Select(g => g.Reason == AskReason.Missing));
        string[] neverStored = [.. gone.Where(g => g.Reason == AskReason.New && g.AskedSingly).Select(g => g.OpenId)];
        return await UnfollowStore.InsertNeverSeenAsync(tx, lease.AppId, neverStored, returns.PseudonymsOf(neverStored), listing.StartedAt);
    }

    /// <param name="Counts">What was written.</param>
    /// <param name="Suspects">People whose unionids must be proven first; if any, no follower was written.</param>
    private sealed record Merged(MergeCounts Counts, IReadOnlyList<string> Suspects);
}
