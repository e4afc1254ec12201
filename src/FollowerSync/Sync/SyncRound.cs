using FollowerSync.Runs;
using FollowerSync.WeChat;

namespace FollowerSync.Sync;

/// <summary>The work of a run: list, ask, mark. Goes on where an earlier run left the round.</summary>
internal sealed class SyncRound(
    ListingStore listings, RoundPlan plan, OpenIdPaginator paginator, AskPipeline pipeline, UnfollowMarker marker, RunTally tally, SyncOptions options)
{
    /// <summary>Works the round to its end.</summary>
    /// <returns>How the run ends, if nothing fails.</returns>
    public async Task<RoundOutcome> RunAsync(Listing opened, CancellationToken cancellationToken)
    {
        tally.Enter(SyncPhase.Listing);
        Listing listing = await ListAsync(opened, cancellationToken);

        tally.Enter(SyncPhase.Confirming);
        if (listing.Status == ListingStatus.Complete)
        {
            await foreach (string openId in plan.ReadMissingAsync(listing, cancellationToken))
                await pipeline.AskAsync(new Ask(openId, AskReason.Missing));
        }

        tally.Enter(SyncPhase.Refreshing);
        if (options.ProfileRefresh == ProfileRefresh.Full)
        {
            await foreach (string openId in plan.ReadKnownAsync(listing, cancellationToken))
                await pipeline.AskAsync(new Ask(openId, AskReason.Known));
        }

        await pipeline.CompleteAsync();

        tally.Enter(SyncPhase.Closing);
        string? held = await marker.MarkAsync(cancellationToken);
        if (held is null)
            await listings.FinishAsync(listing, cancellationToken);
        return held is not null ? new RoundOutcome(RunStatus.Held, held)
            : listing.Reason is { } reason ? new RoundOutcome(RunStatus.Partial, reason + ", so nobody was marked as gone for missing from it")
            : new RoundOutcome(RunStatus.Succeeded, Reason: null);
    }

    private async Task<Listing> ListAsync(Listing listing, CancellationToken cancellationToken)
    {
        tally.Listed(listing);
        for (int page = 1; page <= listing.Pages; page++)
            await AskNewAsync(await listings.FindNewAsync(listing, page, cancellationToken));
        if (listing.Status != ListingStatus.Open)
            return listing;

        try
        {
            await foreach (OpenIdPage page in paginator.ReadPagesAsync(listing.NextOpenId, cancellationToken))
            {
                IReadOnlyList<string> added = await listings.AppendAsync(listing, page, cancellationToken);
                listing = listing with { Listed = listing.Listed + page.OpenIds.Count, HighestTotal = Math.Max(listing.HighestTotal ?? 0, page.Total) };
                tally.Listed(listing);
                await AskNewAsync(added);
            }

            listing = await listings.CompleteAsync(listing, cancellationToken);
        }
        catch (ListingBrokenException exception)
        {
            listing = await listings.BreakAsync(listing, exception.Message, cancellationToken);
        }

        tally.Listed(listing);
        return listing;
    }

    private async Task AskNewAsync(IReadOnlyList<string> openIds)
    {
        foreach (string openId in openIds)
            await pipeline.AskAsync(new Ask(openId, AskReason.New));
    }
}
