using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Writes <c>followersync.unfollow_candidates</c>: followers who may be gone, and what WeChat answered about them.</summary>
internal static class CandidateStore
{
    // Who was stored in the future, by a clock that was set back since, may be gone like anybody else.
    // Set against set: a planner without statistics, as after a restore, takes both for a handful of rows and would walk the list for every follower.
    private const string NameMissingSql =
        $"""
        set local enable_nestloop = off;
        insert into followersync.unfollow_candidates (app_id, openid, listing_id, witness)
        select f.app_id, f.openid, @listingId, case when @isWitness then 'listing' else 'single' end
        from wechat.followers f
        where f.app_id = @appId and f.subscribe and (f.changed_at < @startedAt or f.changed_at > {DatabaseClock.Latest})
          and not exists (select from followersync.listing_openids l where l.listing_id = @listingId and l.openid = f.openid)
        on conflict (app_id, openid) do nothing
        """;

    // Who is held is looked at again by every complete list: missing from it, the person has that witness; named by it, only a single answer will do.
    private const string TakeHeldOverSql =
        """
        update followersync.unfollow_candidates c
        set listing_id = @listingId,
            witness = case when @isWitness and not exists (
                               select from followersync.listing_openids l where l.listing_id = @listingId and l.openid = c.openid)
                      then 'listing' else 'single' end
        where c.app_id = @appId and c.held_since is not null
        """;

    private const string AnswerSql =
        """
        insert into followersync.unfollow_candidates as c (app_id, openid, listing_id, witness, answered_at)
        select @appId, openid, @listingId, witness, now()
        from unnest(@openIds::text[], @witnesses::text[]) as g (openid, witness)
        on conflict (app_id, openid) do update set answered_at = excluded.answered_at
        """;

    private const string HoldSql =
        "update followersync.unfollow_candidates set held_since = now() where app_id = @appId and answered_at is not null and held_since is null";

    private const string HeldSql = "select openid, witness = 'listing' from followersync.unfollow_candidates where app_id = @appId and held_since is not null order by openid";

    private const string CountSql =
        "select count(*), count(held_since) from followersync.unfollow_candidates where app_id = @appId and answered_at is not null";

    private const string ConfirmSql =
        "update followersync.unfollow_candidates set answered_at = now() where app_id = @appId and openid = any(@openIds)";

    private const string RemoveSql = "delete from followersync.unfollow_candidates where app_id = @appId and openid = any(@openIds)";

    /// <summary>Names every follower of the account whom the complete list lacks, and who was not stored since the round began. Who is held from an
    /// earlier round is to be asked about in this one too.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="listingId">The round.</param>
    /// <param name="startedAt">When it began.</param>
    /// <param name="isWitness">Whether to be missing from the list says something; if not, only a single answer does.</param>
    public static async Task NameMissingAsync(Transaction tx, string appId, long listingId, DateTimeOffset startedAt, bool isWitness)
    {
        if ((await CountAnsweredAsync(tx, appId)).Held > 0)
            await tx.ExecuteAsync(TakeHeldOverSql, new { appId, listingId, isWitness });
        await tx.ExecuteAsync(NameMissingSql, new { appId, listingId, startedAt, isWitness });
    }

    /// <summary>Keeps that WeChat answered about these people that they do not follow.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="listingId">The round.</param>
    /// <param name="openIds">The people.</param>
    /// <param name="isListWitness">For each of them: whether the second witness is the complete list; else it is a single answer.</param>
    public static Task AnswerAsync(Transaction tx, string appId, long listingId, string[] openIds, IEnumerable<bool> isListWitness)
    {
        string[] witnesses = [.. isListWitness.Select(isList => isList ? "listing" : "single")];
        return openIds.Length == 0 ? Task.CompletedTask : tx.ExecuteAsync(AnswerSql, new { appId, listingId, openIds, witnesses });
    }

    /// <summary>Holds everybody about whom WeChat answered so, until somebody approves or rejects: no new round forgets them.</summary>
    public static Task HoldAsync(Transaction tx, string appId) => tx.ExecuteAsync(HoldSql, new { appId });

    /// <summary>Those who are held, and whether a complete list lacks them, in the order of their openids.</summary>
    public static Task<List<(string OpenId, bool IsListWitness)>> ReadHeldAsync(Transaction tx, string appId) =>
        tx.ReadAllAsync<(string, bool)>(HeldSql, new { appId });

    /// <summary>How many candidates of the account WeChat answered about, and how many of them are held.</summary>
    public static Task<(long Answered, long Held)> CountAnsweredAsync(Transaction tx, string appId) => tx.ReadAsync<(long, long)>(CountSql, new { appId });

    /// <summary>WeChat said the same again.</summary>
    public static Task ConfirmAsync(Transaction tx, string appId, string[] openIds) => tx.ExecuteAsync(ConfirmSql, new { appId, openIds });

    /// <summary>Takes people out who follow after all.</summary>
    public static Task RemoveAsync(Transaction tx, string appId, string[] openIds) =>
        openIds.Length == 0 ? Task.CompletedTask : tx.ExecuteAsync(RemoveSql, new { appId, openIds });

    /// <summary>Takes out those who are marked as gone: about whom WeChat answered since a moment.</summary>
    public static Task RemoveAnsweredAsync(Transaction tx, string appId, DateTimeOffset since) =>
        tx.ExecuteAsync("delete from followersync.unfollow_candidates where app_id = @appId and answered_at >= @since", new { appId, since });

    /// <summary>Takes out all that are not held, for a new round.</summary>
    public static Task RemoveOthersAsync(Transaction tx, string appId) =>
        tx.ExecuteAsync("delete from followersync.unfollow_candidates where app_id = @appId and held_since is null", new { appId });

    /// <summary>Empties the account's: whoever is gone is found again from scratch.</summary>
    public static Task RemoveAllAsync(Transaction tx, string appId) =>
        tx.ExecuteAsync("delete from followersync.unfollow_candidates where app_id = @appId", new { appId });
}
