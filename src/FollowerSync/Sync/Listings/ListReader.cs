using FollowerSync.Runs;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync.Listings;

/// <summary>Reads the follower list to its end into the database, whatever happens to its cursor on the way: a refused cursor is stepped back
/// once, a list that cannot be gone on with is read anew, at most three times.</summary>
internal sealed partial class ListReader(ListingStore listings, OpenIdPaginator paginator, RunTally tally, ILogger logger)
{
    private const int Restarts = 3;

    /// <summary>Share of a continued list's first page that may stand in it already: more means that WeChat has gone back.</summary>
    private const double PlausibleOverlap = 0.1;

    /// <summary>Why the list is still open; null unless a page was not to be had.</summary>
    public WeChatApiException? Failure { get; private set; }

    /// <summary>Reads on from the listing's cursor and judges what was read.</summary>
    /// <param name="listing">An open listing.</param>
    /// <param name="found">Called with the openids of every page, once it is stored.</param>
    /// <param name="cancellationToken">Ends the reading; what was read is kept.</param>
    /// <returns>The listing: complete, or incomplete with its reason, or still open with the reason why no further page was to be had.</returns>
    /// <exception cref="WeChatApiException">The first page was not to be had, or the account is stopped.</exception>
    public async Task<Listing> ReadAsync(Listing listing, Func<string[], Task> found, CancellationToken cancellationToken)
    {
        bool steppedBack = false;
        int restarts = 0;
        bool isContinued = listing.Pages > 0;
        string cursor = listing.NextOpenId;
        long totalAtEnd = 0;
        while (true)
        {
            try
            {
                await foreach (OpenIdPage page in paginator.ReadPagesAsync(cursor, cancellationToken))
                {
                    if (page.OpenIds.Count == 0)
                    {
                        totalAtEnd = page.Total;
                        continue;
                    }

                    if (isContinued && await GoesBackAsync(listing, page, cancellationToken))
                        throw new ListingBrokenException("WeChat did not go on from the cursor the last run ended at");

                    isContinued = false;
                    string[] added = await listings.AppendAsync(listing, page, cancellationToken);
                    listing = Extend(listing, page);
                    tally.Listed(listing.ListingId, listing.HighestTotal, listing.Listed);
                    await found(added);
                    steppedBack = false;
                }

                return await listings.CompleteAsync(listing, totalAtEnd, cancellationToken);
            }
            catch (WeChatApiException exception) when (exception.Reaction == Reaction.BadOpenId && !steppedBack && listing.PreviousOpenId.Length > 0)
            {
                LogCursorRefused(listing.ListingId, listing.Pages);
                cursor = listing.PreviousOpenId;
                steppedBack = true;
            }
            catch (Exception exception) when (IsBroken(exception))
            {
                if (listing.Pages == 0 || restarts++ == Restarts)
                    return await listings.BreakAsync(listing, exception.Message, cancellationToken);

                LogRestarted(listing.ListingId, listing.Pages, exception.Message);
                listing = await listings.RestartAsync(listing, cancellationToken);
                (cursor, steppedBack, isContinued) = ("", false, false);
            }
            catch (WeChatApiException exception) when (listing.Pages > 0 && exception.Reaction is Reaction.Retry or Reaction.SlowDown or Reaction.QuotaSpent)
            {
                // The next run reads on from here; what this one can still do, it does.
                Failure = exception;
                return listing with { Reason = exception.Message };
            }
        }
    }

    private static bool IsBroken(Exception exception) =>
        exception is ListingBrokenException or WeChatApiException { Reaction: Reaction.BadOpenId };

    private async Task<bool> GoesBackAsync(Listing listing, OpenIdPage page, CancellationToken cancellationToken) =>
        await listings.CountListedAsync(listing, [.. page.OpenIds], cancellationToken) > 1 + (page.OpenIds.Count * PlausibleOverlap);

    private static Listing Extend(Listing listing, OpenIdPage page) => listing with
    {
        Pages = listing.Pages + 1,
        Listed = listing.Listed + page.OpenIds.Count,
        NextOpenId = page.NextOpenId,
        PreviousOpenId = page.OpenIds.Count > 1 ? page.OpenIds[^2] : "",
        HighestTotal = Math.Max(listing.HighestTotal ?? 0, page.Total),
    };

    [LoggerMessage(LogLevel.Warning, "WeChat refused the cursor of listing {ListingId} after {Pages} pages; going on from the openid before it")]
    private partial void LogCursorRefused(long listingId, int pages);

    [LoggerMessage(LogLevel.Warning, "Listing {ListingId} is read anew after {Pages} pages: {Reason}")]
    private partial void LogRestarted(long listingId, int pages, string reason);
}
