using FollowerSync.Runs;
using FollowerSync.Sync.Asking;
using FollowerSync.Sync.Listings;
using FollowerSync.Sync.Merging;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync;

/// <summary>The work of a run: list, ask, mark. Goes on where an earlier run left the round.</summary>
internal sealed class Round(ListingStore listings, ListReader reader, RoundPlan plan, AskPipeline pipeline, UnfollowMarker marker, RunTally tally) : IAsyncDisposable
{
    /// <summary>Pages read ahead of the asking, so that no call for profiles waits for the list.</summary>
    private const int PagesAhead = 1;

    /// <summary>Works the round to its end.</summary>
    /// <returns>How the run ends, if nothing fails.</returns>
    public async Task<RoundOutcome> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            RoundOutcome outcome = await WorkAsync(cancellationToken);
            if (outcome.Failure is { Reaction: Reaction.QuotaSpent })
                await listings.PauseAsync(reader.Listing, cancellationToken);
            return outcome;
        }
        catch (WeChatApiException exception) when (exception.Reaction == Reaction.QuotaSpent)
        {
            await listings.PauseAsync(reader.Listing, cancellationToken);
            throw;
        }
    }

    public ValueTask DisposeAsync() => pipeline.DisposeAsync();

    private async Task<RoundOutcome> WorkAsync(CancellationToken cancellationToken)
    {
        if (tally.IsWatched)
        {
            (long stored, long due) = await plan.CountAsync(reader.Listing, cancellationToken);
            tally.Expect(stored, due);
        }

        tally.Enter(SyncPhase.Listing);
        await foreach (string[] page in reader.ReadAsync(cancellationToken).ReadAhead(PagesAhead, cancellationToken))
        {
            foreach (Ask ask in await plan.FindNewAsync(reader.Listing, page, cancellationToken))
                await pipeline.AskAsync(ask);
        }

        await AskAllAsync(plan.ReadNewAsync(reader.Listing, cancellationToken));

        tally.Enter(SyncPhase.Confirming);
        await AskAllAsync(plan.ReadMissingAsync(reader.Listing, cancellationToken));

        tally.Enter(SyncPhase.Refreshing);
        string? askedThrough = await AskAllAsync(plan.ReadDueAsync(reader.Listing, cancellationToken));
        await pipeline.CompleteAsync();

        tally.Enter(SyncPhase.Closing);
        if (askedThrough is not null)
            await plan.FinishAsync(askedThrough, cancellationToken);
        string? held = await marker.MarkAsync(cancellationToken);
        if (held is null)
            await listings.FinishAsync(reader.Listing, cancellationToken);
        return Outcome(held);
    }

    /// <returns>The last openid asked for; null when there was none.</returns>
    private async Task<string?> AskAllAsync(IAsyncEnumerable<Ask> asks)
    {
        string? last = null;
        await foreach (Ask ask in asks)
        {
            await pipeline.AskAsync(ask);
            last = ask.OpenId;
        }

        return last;
    }

    private RoundOutcome Outcome(string? held)
    {
        if (held is not null)
            return new RoundOutcome(RunStatus.Held, $"{held}. If it is right, release it with: followersync approve {tally.Run.RunId}", reader.Failure);

        return reader.Listing.Reason is { } reason
            ? new RoundOutcome(RunStatus.Partial, $"{reason.TrimEnd('.')}. Nobody was marked as gone for missing from the list.", reader.Failure)
            : new RoundOutcome(RunStatus.Succeeded, Reason: null);
    }
}
