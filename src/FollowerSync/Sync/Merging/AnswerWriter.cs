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
/// <remarks>People known to be new are copied in while the chunk before is still being stored, by a second connection. All else of a chunk waits for the one
/// before: what is committed never has a gap.</remarks>
internal sealed class AnswerWriter(
    RunLease lease, RunTally tally, IdentityGuard identities, ReturnRecognition returns, IReadOnlyList<IMergePart> parts, MergeRules rules, ErasedMeanwhile erased, TimeProvider time)
{
    // What was asked for in this run was asked for since it began, however the clocks go on.
    private const string AnsweredSql = "select greatest(@startedAt, clock_timestamp() - @age)";

    /// <summary>So many chunks are under way at once.</summary>
    public const int ChunksAtOnce = 2;

    private readonly Queue<ChunkUnderWay> _underWay = [];
    private List<AskedBatch> _batches = [];
    private int _asks;

    /// <summary>Every unionid the account has in the table; null = only the table knows.</summary>
    public SeenUnionIds? Seen { get; init; }

    /// <summary>Takes a batch, and writes when enough have come together, or somebody waits for it.</summary>
    public async Task AddAsync(AskedBatch batch, CancellationToken cancellationToken)
    {
        _batches.Add(batch);
        _asks += batch.Asks.Count;
        if (batch.IsUrgent)
            await FlushAsync(cancellationToken);
        else if (_asks >= rules.MergeSize)
            await BeginAsync(cancellationToken);
    }

    /// <summary>Writes what has come together. What was stopped before is written again.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await SettleAsync(left: 0, cancellationToken);
        if (_asks > 0)
            await BeginAsync(cancellationToken);
        await SettleAsync(left: 0, cancellationToken);
    }

    /// <summary>Waits until nothing is under way, however that ended: whoever writes next sees to it.</summary>
    public async Task WaitAsync()
    {
        foreach (ChunkUnderWay chunk in _underWay)
            await chunk.Stored.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        bool areAllNew = Seen is not null && _batches.TrueForAll(batch => batch.Asks.All(ask => ask.Reason == AskReason.New));
        await SettleAsync(areAllNew ? ChunksAtOnce - 1 : 0, cancellationToken);
        IDisposable unerased = await erased.HoldOffAsync(cancellationToken);
        ChunkUnderWay chunk = new(_batches, _asks) { Before = _underWay.LastOrDefault() };
        (_batches, _asks) = ([], 0);
        chunk.Stored = StoreAsync(chunk, unerased, cancellationToken);
        _underWay.Enqueue(chunk);
        if (!areAllNew)
            await SettleAsync(left: 0, cancellationToken);
    }

    /// <summary>Waits until at most so many chunks are under way. None is, behind one that was stored anew or not as it was answered: the next was stopped by that, and one beside
    /// it would be too.</summary>
    private async Task SettleAsync(int left, CancellationToken cancellationToken)
    {
        try
        {
            while (_underWay.Count > left)
            {
                ChunkUnderWay oldest = _underWay.Peek();
                await oldest.Stored.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (oldest.Stored.IsCanceled && !cancellationToken.IsCancellationRequested)
                {
                    left = 0;
                    oldest.Before = null;
                    oldest.Stored = StoreAsync(oldest, await erased.HoldOffAsync(cancellationToken), cancellationToken);
                }

                await oldest.Stored;
                See(oldest.Proven);
                if (oldest.Proven.Count > 0)
                    left = 0;
                _underWay.Dequeue();
            }
        }
        catch
        {
            // Nobody goes on writing when the writer's caller has heard that it failed.
            await WaitAsync();
            throw;
        }
    }

    /// <summary>Up to its first wait it is alone: what it remembers there, the next chunk is compared with.</summary>
    private async Task StoreAsync(ChunkUnderWay own, IDisposable unerased, CancellationToken cancellationToken)
    {
        using IDisposable held = unerased;
        using Activity? span = Instruments.Runs.StartActivity("merge");
        own.Batches = [.. own.Batches.Select(erased.LeftOf)];
        MergeChunk chunk = ChunkOf(own.Batches);
        own.Remember(chunk, Seen);
        See(chunk.Profiles);
        if (own.MeetsTheOneBefore)
            await own.WaitForTheOneBeforeAsync();

        if (await returns.IsPossibleAsync(cancellationToken) && await returns.RestoreAsync(chunk.NewPeople(own.Batches), cancellationToken) > 0)
            chunk = chunk with { AreAllNew = false };
        Merged merged = await MergeAsync(own, chunk, identitiesAreProven: false, cancellationToken);
        if (merged.Suspects.Count > 0)
        {
            await own.WaitForTheOneBeforeAsync();
            HashSet<string> suspects = new(merged.Suspects, StringComparer.Ordinal);
            for (int i = 0; i < own.Batches.Count; i++)
                own.Batches[i] = await identities.DecideAsync(own.Batches[i], suspects, cancellationToken);
            chunk = ChunkOf(own.Batches);
            merged = await MergeAsync(own, chunk, identitiesAreProven: true, cancellationToken);
            own.Proven = chunk.Profiles;
        }

        tally.Merged(own.Asks, merged.Counts, chunk.Rejections.Count);
        tally.Unsubscribed(merged.Gone);
        foreach (AskedBatch batch in own.Batches)
            tally.CountUnreadable(batch.Unreadable);
        foreach (IMergePart part in parts)
            part.Stored(chunk);
        own.Before = null;
    }

    private void See(IReadOnlyList<FollowerProfile> profiles)
    {
        foreach (FollowerProfile profile in Seen is null ? [] : profiles)
            Seen!.Add(profile.UnionIdUtf8);
    }

    private MergeChunk ChunkOf(IReadOnlyList<AskedBatch> batches) => parts.Aggregate(MergeChunk.Of(batches), (chunk, part) => part.Complete(chunk));

    private async Task<Merged> MergeAsync(ChunkUnderWay own, MergeChunk chunk, bool identitiesAreProven, CancellationToken cancellationToken)
    {
        IdentityFindings? findings = null;
        IReadOnlyDictionary<string, long>? callsByApi = null;
        Merged merged = await lease.RunAsync(
            async tx =>
            {
                Merged stored = await StoreProfilesAsync(tx, own, chunk, identitiesAreProven);
                if (stored.Suspects.Count > 0)
                    return stored;
                await own.WaitForTheOneBeforeAsync(rules.LongestWait);
                findings ??= identities.TakeFindings();
                callsByApi ??= tally.Calls.Unwritten;
                Merged merged = stored with { Counts = await StoreRestAsync(tx, chunk, stored, findings) };
                // Last: every run of the account waits for the ledger's rows, and profiles take their time.
                await ApiUsageStore.AddAsync(tx, lease.AppId, callsByApi);
                return merged;
            },
            cancellationToken);
        if (callsByApi is not null)
            tally.Calls.Wrote(callsByApi);
        return merged;
    }

    /// <summary>Stores the profiles, or none of them when the unionid of somebody must be proven first.</summary>
    private async Task<Merged> StoreProfilesAsync(Transaction tx, ChunkUnderWay own, MergeChunk chunk, bool identitiesAreProven)
    {
        if (chunk.AreAllNew && chunk.Profiles.Count > 0)
        {
            IReadOnlyList<string> suspects = identitiesAreProven ? [] : await own.UnionIds!.FindSuspectsAsync(tx, lease.AppId);
            if (suspects.Count > 0)
                return new Merged(default, 0, suspects);
            if (await FollowerStore.TryInsertNewAsync(tx, lease.AppId, chunk.Profiles, rules.KeepKnown, await ReadAnsweredAtAsync(tx, chunk)))
                return new Merged(new MergeCounts(chunk.Profiles.Count, 0, 0), 0, []);
        }

        await own.WaitForTheOneBeforeAsync(rules.LongestWait);
        await FollowerStore.StageAsync(tx, chunk.Profiles, rules.KeepKnown);
        IReadOnlyList<string> staged = identitiesAreProven || chunk.Profiles.Count == 0 ? [] : await FollowerStore.FindStagedSuspectsAsync(tx, lease.AppId);
        if (staged.Count > 0)
            return new Merged(default, 0, staged);

        int gone = 0;
        foreach (IMergePart part in parts)
            gone += await part.PrepareAsync(tx, chunk);
        return new Merged(await FollowerStore.MergeAsync(tx, lease.AppId, chunk.Profiles, rules.KeepKnown, await ReadAnsweredAtAsync(tx, chunk)), gone, []);
    }

    /// <summary>When the first of the chunk's profiles was asked for, by the database's clock: between question and merge lie retries, waits and other chunks.</summary>
    private Task<DateTimeOffset> ReadAnsweredAtAsync(Transaction tx, MergeChunk chunk) =>
        tx.ReadAsync<DateTimeOffset>(AnsweredSql, new { startedAt = tally.Run.StartedAt, age = time.GetElapsedTime(chunk.AskedAt) });

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
