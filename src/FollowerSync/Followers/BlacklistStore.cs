using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Writes into <c>wechat.followers</c> who is on the account's blacklist.</summary>
internal static class BlacklistStore
{
    private const string StoreSql =
        """
        with freed as (
            update wechat.followers set blacklisted = false, blacklisted_at = null, blacklist_changed_at = now()
            where @isWhole and app_id = @appId and blacklisted and openid <> all(@openIds)
        )
        update wechat.followers set blacklisted = true, blacklisted_at = now(), blacklist_changed_at = now()
        where app_id = @appId and openid = any(@openIds) and not blacklisted
        """;

    /// <summary>Flags these people, and when they are the whole list, takes the flag from everybody else.</summary>
    public static Task StoreAsync(Transaction tx, string appId, string[] openIds, bool isWhole) =>
        tx.ExecuteAsync(StoreSql, new { appId, openIds, isWhole });
}
