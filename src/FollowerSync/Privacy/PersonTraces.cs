using FollowerSync.Database;

namespace FollowerSync.Privacy;

/// <summary>What names a person beside the person's own rows: conflicts, refusals, candidates, lists, places reached in the order of openids.</summary>
internal static class PersonTraces
{
    // Places in the order of openids that were the person's move to just before it, to a text that is nobody's.
    private const string RemoveSql =
        """
        with c as (delete from wechat.identity_conflicts
                   where app_id = @appId and (openid = any(@openIds) or other_openid = any(@openIds) or stored_unionid = any(@unionIds)
                         or answered_unionid = any(@unionIds) or single_unionid = any(@unionIds)) returning 1),
             r as (delete from followersync.rejected_openids where app_id = @appId and openid = any(@openIds) returning 1),
             u as (delete from followersync.unfollow_candidates where app_id = @appId and openid = any(@openIds) returning 1),
             h as (delete from followersync.held_identities where app_id = @appId and (openid = any(@openIds) or unionid = any(@unionIds)) returning 1),
             k as (update followersync.listings set
                       next_openid = case when next_openid = any(@openIds) then null else next_openid end,
                       previous_openid = case when previous_openid = any(@openIds) then null else previous_openid end,
                       asked_through = case when asked_through = any(@openIds) then left(asked_through, -1) else asked_through end,
                       status = case when status = 'open' and next_openid = any(@openIds) then 'dropped' else status end
                   where app_id = @appId and (next_openid = any(@openIds) or previous_openid = any(@openIds) or asked_through = any(@openIds)) returning 1),
             n as (update followersync.confirmations set last_openid = left(last_openid, -1)
                   where app_id = @appId and last_openid = any(@openIds) returning 1),
             o as (update followersync.rotations set asked_through = left(asked_through, -1)
                   where app_id = @appId and asked_through = any(@openIds) returning 1)
        select (select count(*) from c) + (select count(*) from r) + (select count(*) from u) + (select count(*) from h) + (select count(*) from k)
             + (select count(*) from n) + (select count(*) from o)
        """;

    private const string UnlistSql =
        """
        delete from followersync.listing_openids
        where openid = any(@openIds) and listing_id in (select listing_id from followersync.listings where app_id = @appId)
        """;

    /// <summary>Removes all of it but the openids in lists.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">Account the people followed.</param>
    /// <param name="openIds">The people.</param>
    /// <param name="unionIds">Every unionid they have or had.</param>
    /// <returns>How many rows were deleted or changed.</returns>
    public static Task<long> RemoveAsync(
        Transaction tx, string appId, string[] openIds, string[] unionIds) =>
        tx.ReadAsync<long>(RemoveSql, new { appId, openIds, unionIds });

    /// <summary>Removes people's openids from lists. Reads all of a list, which has no index by openid.</summary>
    /// <returns>How many rows were deleted.</returns>
    public static Task<int> UnlistAsync(
        Transaction tx, string appId, string[] openIds) =>
        tx.ExecuteAsync(UnlistSql, new { appId, openIds });
}
