using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Writes into <c>wechat.followers</c> who is on the account's blacklist.</summary>
internal static class BlacklistStore
{
    // No list names somebody who is anonymised: what was known of the person stays.
    private const string StoreSql =
        """
        with freed as (
            update wechat.followers set blacklisted = false, blacklisted_at = null, blacklist_changed_at = now()
            where @isWhole and app_id = @appId and blacklisted and anonymised_at is null and openid <> all(@openIds)
            returning openid
        ), flagged as (
            update wechat.followers set blacklisted = true, blacklisted_at = now(), blacklist_changed_at = now()
            where app_id = @appId and openid = any(@openIds) and not blacklisted
            returning openid
        )
        select openid, true from flagged
        union all
        select openid, false from freed
        """;

    private static readonly string[] Columns = ["blacklisted", "blacklisted_at", "blacklist_changed_at"];

    /// <summary>Flags these people, and when they are the whole list, takes the flag from everybody else.</summary>
    public static async Task StoreAsync(Transaction tx, string appId, string[] openIds, bool isWhole)
    {
        List<(string OpenId, bool IsOn)> changed = await tx.ReadAllAsync<(string, bool)>(StoreSql, new { appId, openIds, isWhole });
        ChangeFeed.NoteSame(tx, appId, [.. changed.Where(c => c.IsOn).Select(c => c.OpenId)], ChangeKinds.Blacklisted, Columns);
        ChangeFeed.NoteSame(tx, appId, [.. changed.Where(c => !c.IsOn).Select(c => c.OpenId)], ChangeKinds.Unblacklisted, Columns);
    }
}
