using FollowerSync.Database;

namespace FollowerSync.StatusPage.Reading;

/// <summary>Reads the days of an account from the daily facts, as <c>wechat.daily_totals</c> tells them, of one account alone.</summary>
internal static class GrowthStore
{
    /// <summary>People in doubt who are looked up one by one, at most: more are taken out of the lower bound from the last list on that named them all.</summary>
    private const int LookedUpAtMost = 2_000;

    // Totals are sums of all days before: of those that are not shown, one row does.
    private static readonly string Sql =
        $"""
        with known as (
            select known_day, last_day, last_day - @days as before from wechat.known_days where app_id = @appId
        ), doubted as materialized (
            select count(*) as people
            from (
                select from followersync.unfollow_candidates u where u.app_id = @appId
                union all
                select from followersync.settled_doubts s where s.app_id = @appId
                limit {LookedUpAtMost + 1}) d
        ), doubt as (
            select d.seen_day as day, count(*) as people from wechat.doubtful_followers d
            where d.app_id = @appId and (select people from doubted) <= {LookedUpAtMost}
            group by 1
            union all
            select (coalesce((select max(l.started_at) from followersync.listings l where l.app_id = @appId and l.status = 'done' and l.started_at < c.since), c.since)
                    at time zone interval '8 hours')::date, c.people
            from (
                select coalesce(u.first_missing_since, u.missing_since) as since, count(*) as people from followersync.unfollow_candidates u
                where u.app_id = @appId and coalesce(u.first_missing_since, u.missing_since) is not null group by 1
                union all
                select s.missing_since, count(*) from followersync.settled_doubts s where s.app_id = @appId group by 1) c
            where (select people from doubted) > {LookedUpAtMost}
        ), facts as (
            select greatest(day, before) as day, min(day) as first_day, sum(new) as new, sum(follows_earliest) as follows_earliest, sum(follows_latest) as follows_latest,
                   sum(leaves_earliest) as leaves_earliest, sum(leaves_latest) as leaves_latest, sum(leaves_sure) as leaves_sure
            from (
                select day, new, follows_earliest, follows_latest, leaves_earliest, leaves_latest, leaves_sure from wechat.daily_scenes where app_id = @appId
                union all
                select day, 0, 0, 0, people, 0, 0 from doubt) f
            cross join known
            group by 1
        ), totals as (
            select d::date as day, k.known_day, coalesce(f.new, 0)::bigint as new, coalesce(f.leaves_sure, 0)::bigint as left_at_least,
                   (coalesce(f.leaves_latest, 0) + sum(coalesce(f.leaves_earliest, 0) - coalesce(f.leaves_latest, 0)) over past)::bigint as left_at_most,
                   (sum(coalesce(f.follows_latest, 0) - coalesce(f.leaves_earliest, 0)) over past)::bigint as at_least,
                   (sum(coalesce(f.follows_earliest, 0) - coalesce(f.leaves_latest, 0)) over past)::bigint as at_most
            from known k
            cross join lateral generate_series(greatest(least((select min(first_day) from facts), k.known_day), k.before)::timestamp, k.last_day::timestamp, interval '1 day') d
            left join facts f on f.day = d::date
            window past as (order by d)
        )
        select t.day, t.new, case when t.day > t.known_day then t.left_at_least end as left_at_least, case when t.day > t.known_day then t.left_at_most end as left_at_most,
               case when t.day >= t.known_day then t.at_least end as at_least, case when t.day >= t.known_day then t.at_most end as at_most, b.cumulate_user as books
        from totals t
        left join wechat.datacube_days b on b.app_id = @appId and b.ref_date = t.day
        order by t.day desc
        limit @days
        """;

    /// <summary>The last days that were over when the newest complete run began, oldest first.</summary>
    public static async Task<IReadOnlyList<GrowthDay>> ReadAsync(Transaction tx, string appId, int days)
    {
        List<GrowthDay> read = await tx.ReadAllAsync<GrowthDay>(Sql, new { appId, days });
        read.Reverse();
        return read;
    }
}
