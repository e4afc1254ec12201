using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Privacy;
using FollowerSync.Sync.Asking;
using FollowerSync.Sync.Listings;

namespace FollowerSync.Sync.Merging;

/// <summary>What a chunk means to the round of a list: who may be gone, who stays after all, and how far the known followers have been asked for.</summary>
/// <param name="appId">The account.</param>
/// <param name="listing">The round.</param>
/// <param name="returns">Knows the pseudonyms of people.</param>
/// <param name="confirmedThrough">Openid up to which known followers have been asked for: where the first range of them begins.</param>
internal sealed class ListedPart(string appId, Listing listing, ReturnRecognition returns, string confirmedThrough) : IMergePart
{
    private string _confirmedThrough = confirmedThrough;

    public Task<int> PrepareAsync(Transaction tx, MergeChunk chunk) => Task.FromResult(0);

    public async Task<int> StoreAsync(Transaction tx, MergeChunk chunk)
    {
        int addedGone = await StoreGoneAsync(tx, chunk.Gone);
        // After the merge: since when a person was missing says when the person was still following before coming back.
        await CandidateStore.SettleAsync(tx, appId, chunk.AreAllNew ? [] : chunk.Profiles);
        await ListingStore.CountUnlistedAsync(tx, listing.ListingId, chunk.Staying.Length);
        foreach ((string? after, string through) in chunk.Ranges)
        {
            string from = await RotationStore.PlaceOfAsync(tx, appId, after ?? _confirmedThrough);
            string to = await RotationStore.PlaceOfAsync(tx, appId, through);
            // Of a range whose people are all forgotten since, nothing is left to tell.
            if (to != through && (to == from || to.Length == 0))
                continue;
            await ListingStore.AdvanceAsync(tx, listing.ListingId, to);
            await RotationStore.ConfirmAsync(tx, appId, from, to);
        }

        return addedGone;
    }

    public void Stored(MergeChunk chunk)
    {
        if (chunk.Ranges.Count > 0)
            _confirmedThrough = chunk.Ranges[^1].Through;
    }

    private async Task<int> StoreGoneAsync(Transaction tx, IReadOnlyList<GoneAnswer> gone)
    {
        GoneAnswer[] known = [.. gone.Where(g => g.Reason == AskReason.Missing || (g.Reason is AskReason.Known or AskReason.Doubted && g.AskedSingly))];
        await CandidateStore.AnswerAsync(
            tx, appId, listing.ListingId, [.. known.Select(g => g.OpenId)], known.Select(g => g.Reason == AskReason.Missing));
        GoneAnswer[] listed = [.. gone.Where(g => g.Reason is AskReason.New or AskReason.Returning && g.AskedSingly)];
        string[] openIds = [.. listed.Select(g => g.OpenId)];
        return await SeenOnceStore.StoreAsync(tx, appId, openIds, returns.PseudonymsOf(openIds), [.. listed.Select(g => g.ListedAt ?? listing.StartedAt)]);
    }
}
