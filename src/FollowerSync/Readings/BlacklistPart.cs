using FollowerSync.Followers;
using FollowerSync.Leases;
using FollowerSync.WeChat;
using FollowerSync.WeChat.Answers;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.Readings;

/// <summary>Flags the followers whom the account has put on its blacklist. The flag is taken from those who are no longer on it only when the list
/// was read to its end and named as many people as WeChat says it has.</summary>
internal sealed class BlacklistPart(WeChatClient client, RunLease lease) : IAccountPart
{
    public string Name => "blacklist";

    public DateTimeOffset NextAt(DateTimeOffset now) => BeijingDay.Next(now, TimeSpan.Zero);

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        HashSet<string> openIds = new(StringComparer.Ordinal);
        HashSet<string> impossible = new(StringComparer.Ordinal);
        long total = 0;
        await foreach (OpenIdPage page in new OpenIdPaginator(client.ListBlacklistAsync).ReadPagesAsync("", cancellationToken))
        {
            openIds.UnionWith(page.OpenIds);
            impossible.UnionWith(page.Impossible.Select(i => i.Key));
            total = page.Total;
        }

        bool isWhole = openIds.Count + impossible.Count >= total;
        await lease.RunAsync(tx => BlacklistStore.StoreAsync(tx, lease.AppId, [.. openIds], isWhole), cancellationToken);
        if (!isWhole)
            throw new ListingBrokenException($"WeChat says that {total} people are on the blacklist and named {openIds.Count}: these are flagged, nobody was taken from it.");
    }
}
