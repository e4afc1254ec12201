using System.Diagnostics;
using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Leases;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using FollowerSync.Sync.Asking;
using FollowerSync.Telemetry;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.Sync.Merging;

/// <summary>Stores what the batches brought, thousands of people in a transaction: profiles, rejections, what the chunk means to the round and to the
/// inbox, the run's counts and the ledger of calls. All of it is committed together or not at all, under the lease.</summary>
internal sealed class AnswerWriter(
    RunLease lease, RunTally tally, IdentityGuard identities, ReturnRecognition returns, IReadOnlyList<IMergePart> parts, MergeRules rules, ErasedMeanwhile erased)
{
    private readonly List<AskedBatch> _batches = [];
    private int _asks;

    /// <summary>Every unionid the account has in the table; null = only the table knows.</summary>
    public SeenUnionIds? Seen { get; init; }

    /// <summary>Takes a batch, and writes when enough have come together, or somebody waits for it.</summary>
    public async Task AddAsync(AskedBatch batch, CancellationToken cancellationToken)
    {
        _batches.Add(batch);
        _asks += batch.Asks.Count;
        if (_asks >= rules.MergeSize || batch.IsUrgent)
            await FlushAsync(cancellationToken);
    }

    /// <summary>Writes what has come together.</summary>
    public Task FlushAsync(CancellationToken cancellationToken) => _asks == 0 ? Task.CompletedTask
        : erased.AloneAsync(() => WriteAsync(cancellationToken), cancellationToken);

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        using Activity? span = Instruments.Runs.StartActivity("merge");
        for (int i = 0; i < _batches.Count; i++)
            _batches[i] = erased.LeftOf(_batches[i]);
        MergeChunk chunk = ChunkOfAll();
        if (await returns.IsPossibleAsync(cancellationToken) && await returns.RestoreAsync(chunk.NewPeople(_batches), cancellationToken) > 0)
            chunk = chunk with { AreAllNew = false };
        Merged merged = await MergeAsync(chunk, identitiesAreProven: false, cancellationToken);
        if (merged.Suspects.Count > 0)
        {
            HashSet<string> suspects = new(merged.Suspects, StringComparer.Ordinal);
            for (int i = 0; i < _batches.Count; i++)
                _batches[i] = await identities.DecideAsync(_batches[i], suspects, cancellationToken);
            chunk = ChunkOfAll();
            merged = await MergeAsync(chunk, identitiesAreProven: true, cancellationToken);
        }

        foreach (FollowerProfile profile in Seen is null ? [] : chunk.Profiles)
            Seen!.Add(profile.UnionIdUtf8);
        tally.Merged(_asks, merged.Counts, chunk.Rejections.Count);
        tally.Unsubscribed(merged.Gone);
        foreach (AskedBatch batch in _batches)
            tally.CountUnreadable(batch.Unreadable);
        foreach (IMergePart part in parts)
            part.Stored(chunk);
        _batches.Clear();
        _asks = 0;
    }

    private MergeChunk ChunkOfAll() => parts.Aggregate(MergeChunk.Of(_batches), (chunk, part) => part.Complete(chunk));

    private async Task<Merged> MergeAsync(MergeChunk chunk, bool identitiesAreProven, CancellationToken cancellationToken)
    {
        IdentityFindings findings = identities.TakeFindings();
        IReadOnlyDictionary<string, long> callsByApi = tally.Calls.Unwritten;
        Merged merged = await lease.RunAsync(
            async tx =>
            {
                Merged stored = await StoreProfilesAsync(tx, chunk, identitiesAreProven);
                Merged merged = stored.Suspects.Count > 0 ? stored : stored with { Counts = await StoreRestAsync(tx, chunk, stored, findings) };
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
        if (chunk.AreAllNew && chunk.Profiles.Count > 0)
        {
            IReadOnlyList<string> suspects = identitiesAreProven ? [] : await FollowerStore.FindSuspectsAsync(tx, lease.AppId, chunk.Profiles, Seen);
            if (suspects.Count > 0)
                return new Merged(default, 0, suspects);
            if (await FollowerStore.TryInsertNewAsync(tx, lease.AppId, chunk.Profiles, rules.KeepKnown))
                return new Merged(new MergeCounts(chunk.Profiles.Count, 0, 0), 0, []);
        }

        await FollowerStore.StageAsync(tx, chunk.Profiles, rules.KeepKnown);
        IReadOnlyList<string> staged = identitiesAreProven || chunk.Profiles.Count == 0 ? [] : await FollowerStore.FindStagedSuspectsAsync(tx, lease.AppId);
        if (staged.Count > 0)
            return new Merged(default, 0, staged);

        int gone = 0;
        foreach (IMergePart part in parts)
            gone += await part.PrepareAsync(tx, chunk);
        return new Merged(await FollowerStore.MergeAsync(tx, lease.AppId, chunk.Profiles, rules.KeepKnown), gone, []);
    }

    private async Task<MergeCounts> StoreRestAsync(Transaction tx, MergeChunk chunk, Merged stored, IdentityFindings findings)
    {
        string appId = lease.AppId;
        await returns.LinkAsync(tx, chunk.Profiles);
        long addedGone = 0;
        foreach (IMergePart part in parts)
            addedGone += await part.StoreAsync(tx, chunk);
        await RejectedOpenIdStore.ClearAsync(tx, appId, chunk.Answered);
        await RejectedOpenIdStore.RecordAsync(tx, appId, chunk.Rejections);
        await IdentityConflictStore.RecordAsync(tx, appId, tally.Run.RunId, findings.Conflicts);
        if (identities.IsHolding)
            await IdentityConflictStore.LetGoAsync(tx, appId, [.. chunk.Profiles.Where(p => !p.UnionIdUtf8.IsEmpty).Select(p => p.OpenId)]);
        await IdentityConflictStore.HoldAsync(tx, appId, tally.Run.RunId, findings.Held);

        MergeCounts counts = stored.Counts with { Added = stored.Counts.Added + addedGone, Unchanged = stored.Counts.Unchanged + chunk.Unchanged };
        SyncRun after = tally.After(counts, chunk.Rejections.Count);
        await SyncRunStore.SaveProgressAsync(tx, after with { Unsubscribed = after.Unsubscribed + stored.Gone });
        return counts;
    }

    /// <param name="Counts">What was written.</param>
    /// <param name="Gone">People marked as gone.</param>
    /// <param name="Suspects">People whose unionids must be proven first; if any, no follower was written.</param>
    private sealed record Merged(MergeCounts Counts, int Gone, IReadOnlyList<string> Suspects);
}
