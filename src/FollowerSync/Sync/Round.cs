using FollowerSync.Languages;
using FollowerSync.Runs;
using FollowerSync.Sync.Arriving;
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

    /// <summary>The people who arrive meanwhile.</summary>
    public required ArrivalDrain Arrivals { get; init; }

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
        catch (WeChatApiException exception)
        {
            await Arrivals.PostponeAsync(exception, cancellationToken);
            if (exception.Reaction == Reaction.QuotaSpent)
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
        await foreach (ListedPage page in reader.ReadAsync(cancellationToken).ReadAhead(PagesAhead, cancellationToken))
        {
            await TakeArrivalsAsync(others: 0, cancellationToken);
            foreach (Ask ask in await plan.FindNewAsync(reader.Listing, page, cancellationToken))
                await AskAsync(ask, cancellationToken);
        }

        await AskAllAsync(plan.ReadNewAsync(reader.Listing, cancellationToken), cancellationToken);

        tally.Enter(SyncPhase.Confirming);
        // Who left, and said so by a message, was asked about already: no second call.
        if (Arrivals.AreInFlight)
            await pipeline.SettleAsync();
        await AskAllAsync(plan.ReadMissingAsync(reader.Listing, cancellationToken), cancellationToken);

        tally.Enter(SyncPhase.Refreshing);
        string? askedThrough = await AskAllAsync(plan.ReadDueAsync(reader.Listing, cancellationToken), cancellationToken);
        await TakeArrivalsAsync(others: 0, cancellationToken);
        await pipeline.CompleteAsync();
        await Arrivals.ResumeAsync(cancellationToken);
        // At once: a run that is broken off behind this is gone on with, and must not ask for its share again.
        if (askedThrough is not null)
            await plan.FinishAsync(reader.Listing, askedThrough, cancellationToken);

        tally.Enter(SyncPhase.Closing);
        Listing listing = await listings.ReviewAsync(reader.Listing, cancellationToken);
        if (await marker.RefuseClockAsync(cancellationToken) is { } wrongClock)
            return new RoundOutcome(RunStatus.Partial, wrongClock, reader.Failure, NoteOn(listing), listing);
        Sentence? held = await marker.MarkAsync(listing, cancellationToken);
        return Outcome(listing, held, await plan.CountRefusedAsync(listing, cancellationToken));
    }

    /// <returns>The last openid asked for; null when there was none.</returns>
    private async Task<string?> AskAllAsync(IAsyncEnumerable<Ask> asks, CancellationToken cancellationToken)
    {
        string? last = null;
        await foreach (Ask ask in asks)
        {
            await AskAsync(ask, cancellationToken);
            last = ask.OpenId;
        }

        return last;
    }

    private async Task AskAsync(Ask ask, CancellationToken cancellationToken)
    {
        await pipeline.AskAsync(ask);
        await TakeArrivalsAsync(others: 1, cancellationToken);
    }

    private ValueTask TakeArrivalsAsync(int others, CancellationToken cancellationToken) =>
        pipeline.ArrivalsRest ? ValueTask.CompletedTask : Arrivals.TakeTurnAsync(others, pipeline.AskApartAsync, cancellationToken);

    private RoundOutcome Outcome(Listing listing, Sentence? held, long refused)
    {
        Sentence? note = NoteOn(listing);
        if (held is not null)
            return new RoundOutcome(RunStatus.Held, $"{held}. {WhatToDo(tally.Run.RunId)}{Beside(listing.Reason)}", reader.Failure, note, listing);

        if (refused > 0)
            return new RoundOutcome(RunStatus.Partial, $"Of the {listing.Listed} people of the list WeChat refused {refused}, or did not say whether they follow. What is stored of them stays, and they are asked again later; followersync.rejected_openids names them and WeChat's words.{Beside(listing.Reason)}", reader.Failure, note, listing);

        return listing.Reason is { } reason
            ? new RoundOutcome(RunStatus.Partial, $"{reason.WithoutStop()}. Nobody was marked as gone for missing from the list.{Hope(listing)}", reader.Failure, note, listing)
            : new RoundOutcome(RunStatus.Succeeded, Reason: null, Note: note, Listing: listing);
    }

    /// <summary>WeChat's own count and its list that never agree.</summary>
    private static Sentence? NoteOn(Listing listing)
    {
        if (listing is not { Lasting: true, Difference: { } difference })
            return null;

        Sentence what = difference > 0 ? (Sentence)$"WeChat counts {difference} more people than its list names" : $"WeChat's list names {-difference} more people than it counts";
        return $"{what}, in the last {listing.Alike} lists alike: so the list counts as complete, and whoever is missing from it is marked as gone only when WeChat says so of that person alone. Nothing is lost by it here; if the number matters, ask WeChat's support, with the two numbers.";
    }

    private static Sentence Hope(Listing listing) => listing.Difference is not null && listing.Listed > 0
        ? (Sentence)$" If WeChat goes on counting otherwise than it lists, the list counts as complete when {Completeness.ListsAlike} lists differ alike." : "";

    private static Sentence WhatToDo(long runId) =>
        $"Everything else is stored, and the next runs go on so until somebody decides. See whom it is about with: followersync approve {runId} --show. If it is right, release it with: followersync approve {runId}. If not: followersync approve {runId} --reject";

    private static Sentence Beside(Sentence? reason) => reason is null ? Sentence.Empty : $". Besides: {reason.WithoutStop()}";
}
