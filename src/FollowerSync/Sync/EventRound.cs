using FollowerSync.Leases;
using FollowerSync.Runs;
using FollowerSync.Sync.Arriving;
using FollowerSync.Sync.Listings;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync;

/// <summary>The work of a run of arrivals: walks through the inbox until nobody is due, for some seconds, or until another run waits.</summary>
internal sealed class EventRound(ArrivalDrain arrivals, Func<AskPipeline> newPipeline, RunLease lease, TimeProvider time)
{
    private const int PageSize = 2_000;

    private const int PagesAhead = 1;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private readonly long _start = time.GetTimestamp();

    /// <summary>Works to the end.</summary>
    /// <returns>How the run ends, if nothing fails.</returns>
    public async Task<RoundOutcome> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await WalkAsync(cancellationToken) && !await IsOverAsync(cancellationToken))
            {
                // What arrived meanwhile is looked for.
            }
        }
        catch (WeChatApiException exception)
        {
            await arrivals.PostponeAsync(exception, cancellationToken);
            throw;
        }

        await arrivals.TidyAsync(cancellationToken);
        return new RoundOutcome(RunStatus.Succeeded, Reason: null, Note: arrivals.Note);
    }

    /// <summary>Asks about everybody who is due, and waits until the answers are stored.</summary>
    /// <returns>Whether anybody was.</returns>
    private async Task<bool> WalkAsync(CancellationToken cancellationToken)
    {
        bool any = false;
        await using AskPipeline pipeline = newPipeline();
        await foreach (ArrivalPage page in arrivals.ReadAsync(PageSize, cancellationToken).ReadAhead(PagesAhead, cancellationToken))
        {
            any = true;
            foreach (Asking.Ask[] batch in page.Batches)
                await pipeline.AskApartAsync(batch, isUrgent: false);
            if (await IsOverAsync(cancellationToken))
                break;
        }

        await pipeline.CompleteAsync();
        return any;
    }

    private async Task<bool> IsOverAsync(CancellationToken cancellationToken) =>
        time.GetElapsedTime(_start) >= Longest || await lease.IsWantedAsync(cancellationToken);
}
