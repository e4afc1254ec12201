using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Languages;
using FollowerSync.Leases;
using FollowerSync.Privacy;
using FollowerSync.Runs;
using FollowerSync.Sync.Listings;

namespace FollowerSync.Sync.Merging;

/// <summary>Marks as gone whoever two witnesses say is gone, all of a round at once; or nobody, when they are too many to believe, or when an earlier
/// run held some and nobody has decided about them yet.</summary>
internal sealed class UnfollowMarker(RunLease lease, RunTally tally, PrivacyDelay delay, double brakePercent)
{
    /// <summary>Fewer people than this never pull the brake.</summary>
    private const long AlwaysAllowed = 50;

    /// <summary>Notes that the marking has begun, and looks whether the clock can date who is gone. If not, what WeChat answered is forgotten, and asked again by the next round.</summary>
    /// <returns>Null; or why nobody can be marked.</returns>
    public Task<Sentence?> RefuseClockAsync(CancellationToken cancellationToken) => lease.RunAsync(
        async tx =>
        {
            ClockBehindException? wrong = await delay.FindClockBehindAsync(tx);
            if (wrong is not null)
                await CandidateStore.UndateAsync(tx, lease.AppId);
            await SyncRunStore.SaveProgressAsync(tx, tally.Now);
            return wrong?.Text;
        },
        cancellationToken);

    /// <summary>Marks the round's candidates, unless they are to be held.</summary>
    /// <param name="listing">The round.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Null; or, when the brake is to hold them, how many it holds and why.</returns>
    public async Task<Sentence?> MarkAsync(Listing listing, CancellationToken cancellationToken)
    {
        long marked = 0;
        Sentence? held = await lease.RunAsync(
            async tx =>
            {
                await ListingStore.RequireThereAsync(tx, listing);
                if (await WhyHeldAsync(tx) is { } why)
                    return why;

                marked = await UnfollowStore.MarkAsync(tx, lease.AppId, since: listing.StartedAt, ofRound: true);
                if (marked > 0)
                    await SyncRunStore.SaveProgressAsync(tx, tally.Now with { Unsubscribed = tally.Run.Unsubscribed + marked });
                if (await SyncRunStore.SettleAsync(tx, lease.AppId, tally.Run.RunId) > 0)
                    await ListingStore.DropHeldAsync(tx, lease.AppId);
                return null;
            },
            cancellationToken);
        tally.Unsubscribed(marked);
        return held;
    }

    /// <summary>Holds the round's candidates and the round. Belongs into the transaction that closes its run: what is held is approved and rejected by a held run.</summary>
    /// <exception cref="ListingLostException">The list is gone.</exception>
    public static async Task HoldAsync(Transaction tx, string appId, Listing listing)
    {
        await ListingStore.RequireThereAsync(tx, listing);
        await CandidateStore.HoldAsync(tx, appId);
        await ListingStore.HoldAsync(tx, listing);
    }

    private async Task<Sentence?> WhyHeldAsync(Transaction tx)
    {
        (long candidates, long held) = await CandidateStore.CountAnsweredAsync(tx, lease.AppId);
        if (await IdentityConflictStore.CountHeldAsync(tx, lease.AppId) is > 0 and long unionIds)
            return $"{unionIds} unionids would change, more than the {IdentityGuard.ChangeLimit} a run may change. They were left as they are, and nobody was marked as gone";

        // Counting thirty million is worth it only when it can decide something.
        long following = candidates > AlwaysAllowed
            ? await UnfollowStore.CountFollowingAsync(tx, lease.AppId) : 0;
        if (candidates > Math.Max(AlwaysAllowed, following * brakePercent / 100))
            return $"{candidates} of {following} followers would be marked as gone, more than Sync:UnfollowBrakePercent ({brakePercent} %) allows. Nobody was marked";

        return held > 0 && brakePercent < 100
            ? (Sentence)$"{candidates} followers would be marked as gone, {held} of whom an earlier run held, and nobody has decided about them yet. Nobody was marked" : null;
    }
}
