using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;

namespace FollowerSync.Sync;

/// <summary>How many calls the lists of an account's tags take.</summary>
internal static class TagListCalls
{
    /// <summary>The tags before and after, and of each tag its pages and the answer that ends them; null = WeChat does not tell how many people have which tag.</summary>
    public static async Task<long?> CountAsync(WeChatClient client, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<NamedId> tags = await client.GetTagsAsync(cancellationToken);
            return 2 + tags.DistinctBy(tag => tag.Id).Sum(tag => 1 + ((Math.Max(0, tag.Count ?? 0) + RunForecaster.OpenIdsAPage - 1) / RunForecaster.OpenIdsAPage));
        }
        catch (WeChatApiException)
        {
            // An account that may not read its tags is synced all the same.
            return null;
        }
    }
}
