using System.Collections.Concurrent;
using FollowerSync.Followers;
using FollowerSync.Leases;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Readings;

/// <summary>Reads the lists of tags, several at once, each page by page into the database: no list is held in memory.</summary>
/// <param name="client">Its calls.</param>
/// <param name="lease">The account's.</param>
/// <param name="inFlight">Lists read at once.</param>
internal sealed class TagListReader(WeChatClient client, RunLease lease, int inFlight)
{
    /// <summary>When more lists than this fail for a passing reason, it is not because of the tags.</summary>
    private const int MostFailed = 2;

    private int _failed;

    /// <summary>Why no further list was asked for; null = all were.</summary>
    public WeChatApiException? Stop { get; private set; }

    /// <summary>Reads the lists in this order, as far as WeChat gives them.</summary>
    /// <returns>How it went, of each that was begun.</returns>
    public async Task<IReadOnlyList<TagList>> ReadAsync(IEnumerable<TagList> lists, CancellationToken cancellationToken)
    {
        ConcurrentBag<TagList> read = [];
        ParallelOptions several = new() { MaxDegreeOfParallelism = inFlight, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(lists, several, async (list, token) =>
        {
            if (Stop is null)
                read.Add(await ReadAsync(list, isAgain: false, token));
        });
        return [.. read];
    }

    private async Task<TagList> ReadAsync(TagList list, bool isAgain, CancellationToken cancellationToken)
    {
        try
        {
            return list with { Stored = await CopyAsync(list, cancellationToken) };
        }
        catch (ListingBrokenException exception)
        {
            return list with { Failure = exception.Text };
        }
        catch (WeChatApiException exception) when (exception.ErrorCode == WeChatErrorCode.InvalidTagId)
        {
            return list with { IsUnknown = true, Failure = "WeChat names it, and says of its list that there is no such tag" };
        }
        catch (WeChatApiException exception) when (exception.Reaction == Reaction.BadOpenId && !isAgain)
        {
            // The person who was the cursor has left, or lost the tag.
            await lease.RunAsync(tx => TagListStore.DropAsync(tx, lease.AppId, list.TagId), cancellationToken);
            return await ReadAsync(list, isAgain: true, cancellationToken);
        }
        catch (WeChatApiException exception)
        {
            if (EndsAll(exception))
                Stop = exception;
            return list with { Failure = exception.Text };
        }
    }

    private async Task<long> CopyAsync(TagList list, CancellationToken cancellationToken)
    {
        long stored = 0;
        var paginator = new OpenIdPaginator(async (cursor, token) =>
            (await client.ListTaggedAsync(list.TagId, cursor, token)) with { Total = list.Count ?? 0 });
        await foreach (OpenIdPage page in paginator.ReadPagesAsync("", cancellationToken))
        {
            string[] openIds = [.. page.OpenIds.Distinct(StringComparer.Ordinal), .. page.Impossible.Select(i => i.Key)];
            if (openIds.Length > 0)
                await lease.RunAsync(tx => TagListStore.AppendAsync(tx, lease.AppId, list.TagId, openIds), cancellationToken);
            stored += openIds.Length;
        }

        return stored;
    }

    private bool EndsAll(WeChatApiException exception) =>
        exception.IsUnreachable
        || exception.Reaction is Reaction.StopAccount or Reaction.QuotaSpent or Reaction.RefreshToken or Reaction.SlowDown
        || (exception.Reaction == Reaction.Retry && Interlocked.Increment(ref _failed) > MostFailed);
}
