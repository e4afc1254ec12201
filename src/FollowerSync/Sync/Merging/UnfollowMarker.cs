using FollowerSync.Followers;
using FollowerSync.Leases;
using FollowerSync.Runs;

namespace FollowerSync.Sync.Merging;

/// <summary>Marks as gone whoever two witnesses say is gone, all of a round at once; or nobody, when they are too many to believe.</summary>
internal sealed class UnfollowMarker(RunLease lease, IdentityGuard identities, RunTally tally, double brakePercent)
{
    /// <summary>Fewer people than this never pull the brake.</summary>
    private const long AlwaysAllowed = 50;

    /// <summary>Marks the round's candidates.</summary>
    /// <returns>Null; or, when the brake holds them, how many it holds and why.</returns>
    public async Task<string?> MarkAsync(CancellationToken cancellationToken)
    {
        long marked = 0;
        string? held = await lease.RunAsync(
            async tx =>
            {
                long candidates = await CandidateStore.CountAnsweredAsync(tx, lease.AppId);
                if (identities.HeldCount > 0)
                    return $"{identities.HeldCount} unionids would change, more than the {IdentityGuard.ChangeLimit} a run may change. They were left as they are, and nobody was marked as gone";

                // Counting thirty million is worth it only when it can decide something.
                long following = candidates > AlwaysAllowed
                    ? await UnfollowStore.CountFollowingAsync(tx, lease.AppId) : 0;
                if (candidates > Math.Max(AlwaysAllowed, following * brakePercent / 100))
                    return $"{candidates} of {following} followers would be marked as gone, more than Sync:UnfollowBrakePercent ({brakePercent} %) allows. Nobody was marked";

                if (candidates > 0)
                {
                    marked = await UnfollowStore.MarkAsync(tx, lease.AppId);
                    await SyncRunStore.SaveProgressAsync(tx, tally.Run with { Unsubscribed = tally.Run.Unsubscribed + marked });
                }

                return null;
            },
            cancellationToken);
        tally.Unsubscribed(marked);
        return held;
    }

}
