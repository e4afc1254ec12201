using FollowerSync.Facts;
using Microsoft.Extensions.DependencyInjection;

namespace FollowerSync.IntegrationTests.Support;

/// <summary>Holds the daily facts against a full count of what is stored.</summary>
internal static class FactCheck
{
    private const string Summed =
        """
        select jsonb_build_object(
            'scenes', (select jsonb_agg(s order by s.day, s.scene) from (
                select app_id, day, scene, sum(new) as new, sum(returned) as returned, sum(follows_earliest) as fe, sum(follows_latest) as fl, sum(leaves_earliest) as le,
                       sum(leaves_latest) as ll, sum(leaves_sure) as ls, sum(leaves_in_month) as lm, sum(lost_1_at_least) as l1, sum(lost_3_at_most) as l3,
                       sum(lost_7_at_least) as l7, sum(lost_7_at_most) as l7m, sum(lost_30_at_least) as l30, sum(lost_30_at_most) as l30m
                from wechat.daily_scenes group by 1, 2, 3
                having (sum(follows_earliest), sum(follows_latest), sum(leaves_earliest), sum(leaves_latest)) <> (0, 0, 0, 0)) s),
            'codes', (select jsonb_agg(s order by s.day, s.qr_scene, s.qr_scene_str) from (
                select day, qr_scene, qr_scene_str, sum(new) as new, sum(people) as people, sum(following) as following, sum(lost_7_at_most) as l7m
                from wechat.daily_qr_codes group by 1, 2, 3 having (sum(new), sum(people)) <> (0, 0)) s),
            'groups', (select jsonb_agg(s order by s.day, s.groupid) from (select day, groupid, sum(net) as net from wechat.daily_groups group by 1, 2 having sum(net) <> 0) s),
            'tags', (select jsonb_agg(s order by s.day, s.tag_id) from (select day, tag_id, sum(net) as net from wechat.daily_tags group by 1, 2 having sum(net) <> 0) s))::text
        """;

    // Each line: what the facts say and what a count of everybody says, where they differ.
    private const string Differences =
        """
        with e as (
            select *, (followed_at at time zone 'Asia/Shanghai')::date as day, (unfollowed_after at time zone 'Asia/Shanghai')::date as after_day,
                   (unfollowed_before at time zone 'Asia/Shanghai')::date as before_day from wechat.complete_episodes
        )
        select 'new', day::text from (
            select day, sum(new) as counted from wechat.daily_scenes group by 1) f full join (select day, count(*) as counted from e where followed_at is not null group by 1) c using (day)
        where coalesce(f.counted, 0) <> coalesce(c.counted, 0) and not exists (select from e where followed_at is null)
        union all
        select 'gone', day::text from (
            select day, sum(leaves_latest) as counted from wechat.daily_scenes group by 1) f full join (select before_day as day, count(*) as counted from e where before_day is not null group by 1) c using (day)
        where coalesce(f.counted, 0) <> coalesce(c.counted, 0)
        union all
        select 'gone at the earliest', day::text from (
            select day, sum(leaves_earliest) as counted from wechat.daily_scenes group by 1) f full join (select after_day as day, count(*) as counted from e where after_day is not null group by 1) c using (day)
        where coalesce(f.counted, 0) <> coalesce(c.counted, 0)
        union all
        select 'group', groupid::text from (
            select groupid, sum(net) as counted from wechat.daily_groups group by 1) f full join (select groupid, count(*) as counted from wechat.audience where subscribe group by 1) c using (groupid)
        where coalesce(f.counted, 0) <> coalesce(c.counted, 0)
        union all
        select 'tag', tag_id::text from (
            select tag_id, sum(net) as counted from wechat.daily_tags group by 1) f full join (select tag_id, count(*) as counted from wechat.follower_tags group by 1) c using (tag_id)
        where coalesce(f.counted, 0) <> coalesce(c.counted, 0)
        union all
        select 'code', concat(qr_scene, qr_scene_str) from (
            select qr_scene, coalesce(qr_scene_str, '') as qr_scene_str, brought, following from wechat.growth_by_qr_scene) f
        full join (
            select qr_scene, coalesce(qr_scene_str, '') as qr_scene_str, count(*) as brought, count(*) filter (where subscribe) as following
            from wechat.audience where qr_scene <> 0 or qr_scene_str is not null group by 1, 2) c using (qr_scene, qr_scene_str)
        where (f.brought, f.following) is distinct from (c.brought, c.following)
        union all
        select 'more surely lost than possibly', day::text from wechat.daily_scenes group by day, scene
        having sum(lost_1_at_least) > sum(lost_1_at_most) or sum(lost_7_at_least) > sum(lost_7_at_most) or sum(lost_30_at_least) > sum(lost_30_at_most)
        """;

    /// <summary>What the runs added up is what a count of everybody comes to, by the program's own rebuilding and by other statements.</summary>
    public static async Task FactsShouldBeAFullCountAsync(this SyncedAccount account)
    {
        (await account.Tables.ReadAsync<string>($"select coalesce(string_agg(concat_ws(' ', d.*), '; '), '') from ({Differences}) d")).ShouldBe("");
        string counted = await account.Tables.ReadAsync<string>(Summed);
        (await account.NewProcess().GetRequiredService<FactRebuild>().RunAsync(account.Account.AppId, CancellationToken.None)).ShouldBeTrue();
        (await account.Tables.ReadAsync<string>(Summed)).ShouldBe(counted, "the facts that the runs added up are those of a full count");
    }
}
