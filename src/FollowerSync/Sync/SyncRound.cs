using System.Threading.Channels;
using FollowerSync.Runs;
using FollowerSync.Sync.Asking;
using FollowerSync.Sync.Listings;
using FollowerSync.Sync.Merging;

namespace FollowerSync.Sync;

/// <summary>The work of a run: list, ask, mark. Goes on where an earlier run left the round.</summary>
internal sealed class SyncRound(
    ListingStore listings, ListReader reader, RoundPlan plan, RotationStore rotations, RotationSlice? slice, AskPipeline pipeline, UnfollowMarker marker, RunTally tally)
{
    /// <summary>Pages read ahead of the asking, so that no call for profiles waits for the list.</summary>
    private const int PagesAhead = 1;

    /// <summary>Works the round to its end.</summary>
    /// <returns>How the run ends, if nothing fails.</returns>
    public async Task<RoundOutcome> RunAsync(Listing opened, CancellationToken cancellationToken)
    {
        tally.Enter(SyncPhase.Listing);
        Listing listing = await ListAsync(opened, cancellationToken);

        tally.Enter(SyncPhase.Confirming);
        if (listing.Status == ListingStatus.Complete)
        {
            await foreach (Ask ask in plan.ReadMissingAsync(listing, cancellationToken))
                await pipeline.AskAsync(ask);
        }

        tally.Enter(SyncPhase.Refreshing);
        string askedThrough = "";
        await foreach (Ask ask in ReadDue(listing, cancellationToken))
        {
            await pipeline.AskAsync(ask);
            askedThrough = ask.OpenId;
        }

        await pipeline.CompleteAsync();

        tally.Enter(SyncPhase.Closing);
        if (askedThrough.Length > 0)
            await rotations.FinishAsync(askedThrough, cancellationToken);
        string? held = await marker.MarkAsync(cancellationToken);
        if (held is null)
            await listings.FinishAsync(listing, cancellationToken);
        return Outcome(listing, held);
    }

    /// <summary>The known followers to ask for: the slice that is due, or everybody.</summary>
    private IAsyncEnumerable<Ask> ReadDue(Listing listing, CancellationToken cancellationToken) =>
        listing.Search == NewPeopleSearch.Everybody ? AsyncEnumerable.Empty<Ask>()
        : slice is null ? plan.ReadKnownAsync(listing, cancellationToken) : plan.ReadSliceAsync(listing, slice, cancellationToken);

    private RoundOutcome Outcome(Listing listing, string? held)
    {
        if (held is not null)
            return new RoundOutcome(RunStatus.Held, $"{held}. If it is right, release it with: followersync approve {tally.Run.RunId}", reader.Failure);

        return listing.Reason is { } reason
            ? new RoundOutcome(RunStatus.Partial, $"{reason.TrimEnd('.')}. Nobody was marked as gone for missing from the list.", reader.Failure)
            : new RoundOutcome(RunStatus.Succeeded, Reason: null);
    }

    private async Task<Listing> ListAsync(Listing listing, CancellationToken cancellationToken)
    {
        tally.Listed(listing.ListingId, listing.HighestTotal, listing.Listed);
        Channel<string[]> found = Channel.CreateBounded<string[]>(PagesAhead);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<Listing> listed = ReadListAsync(listing, found.Writer, stop.Token);
        try
        {
            await foreach (string[] openIds in found.Reader.ReadAllAsync(cancellationToken))
            {
                foreach (Ask ask in await plan.FindNewAsync(listing, openIds, cancellationToken))
                    await pipeline.AskAsync(ask);
            }
        }
        catch
        {
            await stop.CancelAsync();
            await ((Task)listed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        listing = await listed;
        tally.Listed(listing.ListingId, listing.HighestTotal, listing.Listed);
        if (listing.Search == NewPeopleSearch.AtEnd)
        {
            await foreach (Ask ask in plan.ReadNewAsync(listing, cancellationToken))
                await pipeline.AskAsync(ask);
        }

        return listing;
    }

    /// <summary>Hands on the pages an earlier run stored, then those still to be read.</summary>
    private async Task<Listing> ReadListAsync(Listing listing, ChannelWriter<string[]> found, CancellationToken cancellationToken)
    {
        try
        {
            for (int page = 1; page <= listing.Pages && listing.Search == NewPeopleSearch.ByPage; page++)
                await found.WriteAsync(await listings.ReadPageAsync(listing, page, cancellationToken), cancellationToken);
            return listing.Status == ListingStatus.Open
                ? await reader.ReadAsync(listing, openIds => found.WriteAsync(openIds, cancellationToken).AsTask(), cancellationToken)
                : listing;
        }
        finally
        {
            found.Complete();
        }
    }
}
