using System.Runtime.CompilerServices;

namespace FollowerSync.WeChat;

/// <summary>Walks an account's follower list page by page, from a cursor on.</summary>
/// <remarks>
/// The end of the list: an answer without openids, or with an empty cursor. The last page with data usually carries its own last openid
/// as cursor, and only the call after it comes back empty. A page shorter than its predecessors is not taken for the last one:
/// the size of a page is WeChat's to choose, and one call is cheaper than a lost person.
/// </remarks>
internal sealed class OpenIdPaginator(WeChatClient client)
{
    /// <summary>Pages from <paramref name="cursor"/> (empty = from the start) to the end of the list. The last one may be without openids; it
    /// still says how many followers the account has.</summary>
    /// <exception cref="ListingBrokenException">The cursor went nowhere or the list does not end.</exception>
    /// <exception cref="WeChatApiException">A page failed.</exception>
    public async IAsyncEnumerable<OpenIdPage> ReadPagesAsync(string cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HashSet<string> seenCursors = new(StringComparer.Ordinal) { cursor };
        long listed = 0;
        while (true)
        {
            OpenIdPage page = await client.ListOpenIdsAsync(cursor, cancellationToken);
            yield return page;
            if (page.OpenIds.Count == 0 || page.NextOpenId.Length == 0)
                yield break;

            listed += page.OpenIds.Count;
            if (!seenCursors.Add(page.NextOpenId))
                throw new ListingBrokenException($"WeChat repeated the cursor after {listed} openids, so the list would never end");
            if (listed > (page.Total * 2) + 100_000)
                throw new ListingBrokenException($"WeChat listed {listed} openids although it says the account has {page.Total} followers");

            cursor = page.NextOpenId;
        }
    }
}
