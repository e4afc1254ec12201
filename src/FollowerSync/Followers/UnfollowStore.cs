using FollowerSync.Database;

namespace FollowerSync.Followers;

/// <summary>Writes into <c>wechat.followers</c> who is gone.</summary>
internal static class UnfollowStore
{
    // The person was known to follow when WeChat last said so in an answer that was written, and when the last finished round began whose list did not lack the person already; the
    // later of the two counts, but no time past the first that spoke against it: the clock may be set back. Gone
    // the person was when WeChat first said so, however late that is believed; but not before the person came, which WeChat's clock tells, or ours did earlier.
    private static readonly string MarkSql = Mark(FollowerSearch.Whole);

    private static readonly string SpreadMarkSql = Mark(FollowerSearch.Spread);

    private const string FollowingSql = "select count(*) from wechat.followers where app_id = @appId and subscribe";

    /// <summary>Marks as gone the account's candidates about whom WeChat answered so, and takes them out of the candidates.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="since">No earlier answer about somebody who is held counts: the person may have come back after it.</param>
    /// <param name="ofRound">Whether those who are not held are marked: they were answered about in the round.</param>
    /// <returns>How many were marked.</returns>
    public static async Task<int> MarkAsync(Transaction tx, string appId, DateTimeOffset since, bool ofRound)
    {
        await ChangeFeed.PrepareMarkedAsync(tx);
        int marked = await tx.ExecuteAsync(tx.IsSpread ? SpreadMarkSql : MarkSql, new { appId, since, ofRound });
        ChangeFeed.NoteMarked(tx, appId, marked);
        await CandidateStore.RemoveAnsweredAsync(tx, appId, since, ofRound);
        return marked;
    }

    /// <summary>How many follow, as stored. Counts one by one.</summary>
    public static Task<long> CountFollowingAsync(Transaction tx, string appId) => tx.ReadAsync<long>(FollowingSql, new { appId });

    private static string Mark(FollowerSearch search) =>
        $"""
        {search.Begin}
        with last_round as materialized (
            select m.missing_since, (
                select max(l.started_at) from followersync.listings l where l.app_id = @appId and l.status = 'done' and l.started_at < m.missing_since) as started_at
            from (
                select distinct coalesce(missing_since, 'infinity') as missing_since
                from followersync.unfollow_candidates
                where app_id = @appId and {CandidateStore.Counts}) m
        ), gone as (
            select g.openid, r.started_at, least(g.missing_since, g.gone_by, g.answered_at) as spoken_against, least(g.gone_by, g.answered_at) as unfollowed_before, g.witness
            from followersync.unfollow_candidates g
            join last_round r on r.missing_since = coalesce(g.missing_since, 'infinity')
            where g.app_id = @appId and {CandidateStore.Counts}
        ), changed as materialized (
            select {search.Place}, {search.Old} as old, {FollowerHistory.ChangedAt} as at, array['subscribe'] as replaced,
                   least(greatest({FollowerHistory.AnsweredFollowing("f")}, g.started_at), g.spoken_against) as unfollowed_after,
                   greatest(g.unfollowed_before, coalesce(f.followed_before, f.subscribe_time)) as unfollowed_before, g.witness
            from gone g
            {search.Join("g", "h.changed_at, h.answered_at, h.subscribe, h.followed_before, h.subscribe_time, h.first_seen_at")}
            where {search.Among("gone")} and f.subscribe
        ), versions as (
            {FollowerHistory.KeepVersions}
        ), marked as (
            update wechat.followers f
            set subscribe = false, changed_at = c.at, unfollowed_after = c.unfollowed_after, unfollowed_before = c.unfollowed_before,
                unfollow_source = case c.witness when 'listing' then 'listing' else 'answer' end
            from changed c
            where {search.Same}
            returning f.openid
        )
        insert into marked_followers (openid) select openid from marked
        {search.End}
        """;
}
