using System.Runtime.CompilerServices;
using FollowerSync.Languages;
using FollowerSync.Runs;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync.Listings;

/// <summary>Reads the follower list to its end into the database, whatever happens to its cursor on the way: a refused cursor is stepped back
/// once, a list that cannot be gone on with is read anew, at most three times.</summary>
internal sealed partial class ListReader(ListingStore listings, Listing opened, OpenIdPaginator paginator, RunTally tally, ILogger<ListReader> logger)
{
    private const int Restarts = 3;

    /// <summary>Share of a continued list's first page that may stand in it already: more means that WeChat has gone back.</summary>
    private const double PlausibleOverlap = 0.1;

    private IAsyncEnumerator<OpenIdPage>? _pages;
    private bool _isContinued = opened.Pages > 0;
    private bool _steppedBack;
    private int _restarts;
    private long _totalAtEnd;

    /// <summary>The list as far as it is read; once it is: complete, or incomplete with its reason, or still open with the reason why no further
    /// page was to be had.</summary>
    public Listing Listing { get; private set; } = opened;

    /// <summary>Why the list is still open; null unless a page was not to be had.</summary>
    public WeChatApiException? Failure { get; private set; }

    /// <summary>Every page, once it is stored: first those of the pages that an earlier run stored and did not look through to the
    /// end, then the rest of the list. At its end the list is judged.</summary>
    /// <exception cref="WeChatApiException">The first page was not to be had, or the account is stopped.</exception>
    public async IAsyncEnumerable<ListedPage> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Listing found = Listing;
        Show();
        for (int page = 1; page <= found.Pages && found.Search == NewPeopleSearch.ByPage; page++)
            yield return await listings.ReadPageAsync(found, page, cancellationToken);

        try
        {
            while (Listing.Status == ListingStatus.Open && Failure is null)
            {
                if (await ReadNextAsync(cancellationToken) is { } page)
                    yield return page;
            }
        }
        finally
        {
            await LeaveAsync();
        }
    }

    /// <returns>The page; null when there is no further page, or the list is to be gone on with from another place.</returns>
    private async Task<ListedPage?> ReadNextAsync(CancellationToken cancellationToken)
    {
        try
        {
            _pages ??= paginator.ReadPagesAsync(_steppedBack ? Listing.PreviousOpenId : Listing.NextOpenId, cancellationToken).GetAsyncEnumerator(cancellationToken);
            if (await _pages.MoveNextAsync())
                return await StoreAsync(_pages.Current, cancellationToken);

            Listing = await listings.CompleteAsync(Listing, _totalAtEnd, cancellationToken);
            Show();
        }
        catch (WeChatApiException exception) when (exception.Reaction == Reaction.BadOpenId && !_steppedBack && Listing.PreviousOpenId.Length > 0)
        {
            LogCursorRefused(Listing.ListingId, Listing.Pages);
            await LeaveAsync();
            _steppedBack = true;
        }
        catch (Exception exception) when (exception is ListingBrokenException or WeChatApiException { Reaction: Reaction.BadOpenId })
        {
            await LeaveAsync();
            await BeginAnewAsync(SentenceException.TextOf(exception), cancellationToken);
        }
        catch (WeChatApiException exception) when (Listing.Pages > 0 && exception.Reaction is Reaction.Retry or Reaction.SlowDown or Reaction.QuotaSpent)
        {
            // The next run reads on from here; what this one can still do, it does.
            Failure = exception;
            Listing = Listing with { Reason = exception.Text };
        }

        return null;
    }

    private async Task<ListedPage?> StoreAsync(OpenIdPage page, CancellationToken cancellationToken)
    {
        if (page.Listed == 0)
        {
            _totalAtEnd = page.Total;
            return null;
        }

        if (_isContinued && await GoesBackAsync(page, cancellationToken))
            throw new ListingBrokenException("WeChat did not go on from the cursor the last run ended at");

        ListedPage stored = await listings.AppendAsync(Listing, page, cancellationToken);
        Listing = Extend(Listing, page);
        Show();
        if (page.Impossible.Count > 0)
            tally.ListedImpossible(page.Impossible.Count);
        (_isContinued, _steppedBack) = (false, false);
        return stored;
    }

    private async Task BeginAnewAsync(Sentence reason, CancellationToken cancellationToken)
    {
        if (Listing.Pages == 0 || _restarts++ == Restarts)
        {
            Listing = await listings.BreakAsync(Listing, reason, cancellationToken);
            return;
        }

        LogRestarted(Listing.ListingId, Listing.Pages, reason);
        Listing = await listings.RestartAsync(Listing, cancellationToken);
        (_isContinued, _steppedBack) = (false, false);
    }

    private async Task LeaveAsync()
    {
        if (_pages is { } pages)
            await pages.DisposeAsync();
        _pages = null;
    }

    private void Show() => tally.Listed(Listing.ListingId, Listing.HighestTotal, Listing.Listed);

    private async Task<bool> GoesBackAsync(OpenIdPage page, CancellationToken cancellationToken) =>
        await listings.CountListedAsync(Listing, [.. page.OpenIds], cancellationToken) > 1 + (page.OpenIds.Count * PlausibleOverlap);

    private static Listing Extend(Listing listing, OpenIdPage page) => listing with
    {
        Pages = listing.Pages + 1,
        Listed = listing.Listed + page.Listed,
        NextOpenId = page.NextOpenId,
        PreviousOpenId = page.OpenIds.Count > 1 ? page.OpenIds[^2] : "",
        HighestTotal = Math.Max(listing.HighestTotal ?? 0, page.Total),
    };

    [LoggerMessage(3602, LogLevel.Warning, "WeChat refused the cursor of listing {ListingId} after {Pages} pages; going on from the openid before it")]
    private partial void LogCursorRefused(long listingId, int pages);

    [LoggerMessage(3603, LogLevel.Warning, "Listing {ListingId} is read anew after {Pages} pages: {Reason}")]
    private partial void LogRestarted(long listingId, int pages, Sentence reason);
}
