using System.Runtime.CompilerServices;
using FollowerSync.Languages;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.WeChat;

/// <summary>Walks a list of openids page by page, from a cursor on, each page asked for while the one before is worked on.</summary>
/// <remarks>
/// The end of the list: an answer without openids, or with an empty cursor. The last page with data usually carries its own last openid
/// as cursor, and only the call after it comes back empty. A page shorter than its predecessors is not taken for the last one:
/// the size of a page is WeChat's to choose, and one call is cheaper than a lost person.
/// </remarks>
/// <param name="readPage">Reads the page after a cursor, as <see cref="WeChatClient.ListOpenIdsAsync"/> does.</param>
internal sealed class OpenIdPaginator(Func<string, CancellationToken, Task<OpenIdPage>> readPage)
{
    /// <summary>Pages from <paramref name="cursor"/> (empty = from the start) to the end of the list. The last one may be without openids; it
    /// still says how many followers the account has.</summary>
    /// <exception cref="ListingBrokenException">The cursor went nowhere or the list does not end.</exception>
    /// <exception cref="WeChatApiException">A page failed.</exception>
    public async IAsyncEnumerable<OpenIdPage> ReadPagesAsync(string cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HashSet<string> seenCursors = new(StringComparer.Ordinal) { cursor };
        long listed = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<OpenIdPage> next = readPage(cursor, stop.Token);
        try
        {
            while (true)
            {
                OpenIdPage page = await next;
                bool isLast = page.Listed == 0 || page.NextOpenId.Length == 0;
                listed += page.Listed;
                Sentence? broken = isLast ? null : WhyBroken(page, listed, seenCursors);
                if (!isLast && broken is null)
                    next = readPage(page.NextOpenId, stop.Token);
                yield return page;
                if (isLast)
                    yield break;
                if (broken is not null)
                    throw new ListingBrokenException(broken);
            }
        }
        finally
        {
            // Whoever stops reading leaves a call under way.
            await stop.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static Sentence? WhyBroken(OpenIdPage page, long listed, HashSet<string> seenCursors)
    {
        if (!seenCursors.Add(page.NextOpenId))
            return $"WeChat repeated the cursor after {listed} openids, so the list would never end";
        return listed > (page.Total * 2) + 100_000
            ? (Sentence)$"WeChat listed {listed} openids although it says there are {page.Total}" : null;
    }
}
