create view wechat.daily_totals as
with scenes as (
    select app_id, day, scene, sum(new) as new, sum(returned) as returned, sum(follows_earliest) as follows_earliest, sum(follows_latest) as follows_latest,
           sum(leaves_earliest) as leaves_earliest, sum(leaves_latest) as leaves_latest, sum(leaves_sure) as leaves_sure
    from (
        select app_id, day, scene, new, returned, follows_earliest, follows_latest, leaves_earliest, leaves_latest, leaves_sure from wechat.daily_scenes
        union all
        select app_id, seen_day, coalesce(scene, 'unknown'), 0, 0, 0, 0, 1, 0, 0 from wechat.doubtful_followers) s
    group by 1, 2, 3
), facts as (
    select app_id, day, sum(new) as new, sum(returned) as returned, sum(follows_earliest) as follows_earliest, sum(follows_latest) as follows_latest,
           sum(leaves_earliest) as leaves_earliest, sum(leaves_latest) as leaves_latest, sum(leaves_sure) as leaves_sure,
           jsonb_object_agg(scene, new) filter (where new <> 0) as new_by_scene
    from scenes
    group by 1, 2
), calendar as (
    select k.app_id, d::date as day
    from wechat.known_days k
    left join (select app_id, min(day) as first_day from facts group by 1) f using (app_id),
    generate_series(least(f.first_day, k.known_day)::timestamp, k.last_day::timestamp, interval '1 day') d
), totals as (
    select c.app_id, c.day,
           (sum(coalesce(f.follows_latest, 0) - coalesce(f.leaves_earliest, 0)) over past)::bigint as followers_at_least,
           (sum(coalesce(f.follows_earliest, 0) - coalesce(f.leaves_latest, 0)) over past)::bigint as followers_at_most,
           coalesce(f.new, 0)::bigint as new, coalesce(f.returned, 0)::bigint as returned,
           (coalesce(f.follows_latest, 0) + sum(coalesce(f.follows_earliest, 0) - coalesce(f.follows_latest, 0)) over past)::bigint as new_at_most,
           coalesce(f.leaves_sure, 0)::bigint as left_at_least,
           (coalesce(f.leaves_latest, 0) + sum(coalesce(f.leaves_earliest, 0) - coalesce(f.leaves_latest, 0)) over past)::bigint as left_at_most,
           coalesce(f.new_by_scene, '{}') as new_by_scene
    from calendar c
    left join facts f using (app_id, day)
    window past as (partition by c.app_id order by c.day)
), known as (
    select t.app_id, k.account, t.day, k.known_from, (t.day + 1)::timestamp at time zone interval '8 hours' as seen_until, k.known_day, k.last_day,
           case when t.day >= k.known_day then t.followers_at_least end as followers_at_least,
           case when t.day >= k.known_day then t.followers_at_most end as followers_at_most, t.new, t.new_at_most, t.returned,
           case when t.day > k.known_day then t.left_at_least end as left_at_least,
           case when t.day > k.known_day then t.left_at_most end as left_at_most, t.new_by_scene
    from totals t
    join wechat.known_days k using (app_id)
), stored as materialized (
    select f.app_id, f.openid from followersync.rejected_openids r join wechat.followers f on f.app_id = r.app_id and f.openid = r.openid
), refused as (
    -- Who was never stored: from the last list that did not name the person, by the first that did.
    select r.app_id, (l.started_at at time zone interval '8 hours')::date as since_day, (r.first_rejected_at at time zone interval '8 hours')::date as until_day, count(*) as people
    from followersync.rejected_openids r
    cross join lateral (
        select coalesce(max(started_at), '-infinity') as started_at from followersync.listings l where l.app_id = r.app_id and l.status = 'done' and l.started_at < r.first_rejected_at) l
    where not exists (select 1 from stored f where f.app_id = r.app_id and f.openid = r.openid)
    group by 1, 2, 3
)
select t.app_id, t.account, t.day, t.known_from, t.seen_until, t.followers_at_least, t.followers_at_most, t.new, t.returned, t.left_at_least, t.left_at_most,
       t.left_at_least::numeric / nullif(lag(t.followers_at_most) over by_day, 0) as rate_at_least,
       t.left_at_most::numeric / nullif(lag(t.followers_at_least) over by_day, 0) as rate_at_most, t.new_by_scene,
       b.new_user, b.cancel_user, b.cumulate_user, c.came_and_went, d.difference,
       case when b.cumulate_user is null then
                case when t.day > (now() at time zone interval '8 hours' - interval '8 hours 10 minutes')::date - 1
                         then case when l.is_chinese then '尚未读取。微信在次日 08:00 之后给出当天的统计。' else 'Not read yet. WeChat gives the books of a day after 08:00 of the next one.' end
                     when r.first_day is null then coalesce(r.why[1 + l.is_chinese::int], case when l.is_chinese then '尚未读取。' else 'Not read yet.' end)
                     when t.day < r.first_day then case when l.is_chinese then '从未询问：从 ' || r.first_day || ' 起读取微信的统计。' else 'Never asked for: the books are read from ' || r.first_day || ' on.' end
                     else coalesce(r.why[1 + l.is_chinese::int], case when l.is_chinese then '微信没有给出这一天的统计；满 90 天之前会再次询问。'
                         else 'WeChat gave no books of the day; it is asked for again until it is 90 days old.' end) end
            when d.difference = 0 then null
            when t.followers_at_least is null then case when l.is_chinese then '在首次完整同步之前：FollowerSync 不知道当时已有谁取消了关注。' else 'Before the first complete run: FollowerSync does not know who had left by then.' end
            when d.difference > 0 and d.difference <= n.refused then case when l.is_chinese then n.refused || ' 个 openid 被微信拒绝，因此没有计入；见 wechat.freshness。' else n.refused || ' openids are refused by WeChat and so not counted here; see wechat.freshness.' end
            when d.difference > 0 and d.difference <= n.refused + c.came_and_went then case when l.is_chinese then '微信统计的当天新增多于所看到的：有人在两次同步之间来了又走。' else 'WeChat counts more who followed on the day than were seen: people who came and went between two looks.' end
                || case when n.refused = 0 then '' when l.is_chinese then n.refused || ' 个 openid 被微信拒绝，也没有计入。' else ' And ' || n.refused || ' openids are refused by WeChat and so not counted here.' end
            when d.difference > 0 and n.unlisted > 0 then case when l.is_chinese then '当时微信统计的粉丝比它的列表多 ' || n.unlisted || ' 人：列表中没有的人无法计入。' else 'WeChat counted ' || n.unlisted || ' more people than its list named, and who is not named is not counted here.' end
            when d.difference > 0 and n.deleted > 0 then case when l.is_chinese then '此后有 ' || n.deleted || ' 人的数据被删除，不再计入。' else n.deleted || ' people were deleted since and are no longer counted here.' end
            when d.difference > 0 and n.refused > 0 then case when l.is_chinese then n.refused || ' 个 openid 被微信拒绝，因此没有计入；见 wechat.freshness。' else n.refused || ' openids are refused by WeChat and so not counted here; see wechat.freshness.' end
            else case when l.is_chinese then '原因不明。微信的粉丝列表可能晚于它的统计。' else 'No cause is known. WeChat''s list of followers can lag behind its books.' end end as difference_why
from known t
left join wechat.datacube_days b on b.app_id = t.app_id and b.ref_date = t.day
left join followersync.account_readings r on r.app_id = t.app_id and r.what = 'datacube'
cross join lateral (
    select case when b.cumulate_user > t.followers_at_most then b.cumulate_user - t.followers_at_most
                when b.cumulate_user < t.followers_at_least then b.cumulate_user - t.followers_at_least
                when b.cumulate_user is not null and t.followers_at_least is not null then 0 end as difference) d
cross join lateral (
    select coalesce((select sum(r.people) from refused r where r.app_id = t.app_id and r.since_day <= t.day), 0)::bigint as refused,
           coalesce((select sum(r.people) from refused r where r.app_id = t.app_id and t.day between r.since_day and r.until_day), 0)::bigint as refused_new,
           coalesce((select sum(e.people) from followersync.deletions e where e.app_id = t.app_id and e.action = 'deleted' and e.reason <> 'expired' and e.deleted_at >= t.seen_until), 0)::bigint as deleted,
           coalesce((select case when l.lasting then l.difference end from followersync.listings l where l.app_id = t.app_id and l.difference is not null
                     and l.started_at >= t.seen_until order by l.listing_id limit 1), 0) as unlisted) n
cross join lateral (
    select case when t.day > t.known_day and n.unlisted <= 0 then greatest(b.new_user - t.new_at_most - n.refused_new - n.deleted, 0) end as came_and_went) c
cross join (select coalesce((select comments like 'zh-CN%' from followersync.schema_views), false) as is_chinese) l
window by_day as (partition by t.app_id order by t.day);
comment on view wechat.daily_totals is 'Followers, follows and leaves of every account and Beijing day, up to the last day that was over when the list of the newest complete run was begun. When somebody left is known within bounds, so followers and leaves are given as at least and at most. Who came and went between two looks is in none of these numbers (came_and_went has them where WeChat''s books do).';
comment on column wechat.daily_totals.app_id is 'Account.';
comment on column wechat.daily_totals.account is 'Its name.';
comment on column wechat.daily_totals.known_from is 'When the first complete run began. Who had followed and left before is not known: bounds and rates of the time before are null, and new counts only those who still followed then.';
comment on column wechat.daily_totals.day is 'Day in Beijing.';
comment on column wechat.daily_totals.seen_until is 'Until when the row is true: the end of its day.';
comment on column wechat.daily_totals.followers_at_least is 'People who surely followed at the end of the day; null before known_from.';
comment on column wechat.daily_totals.followers_at_most is 'People who may have followed at the end of the day, as far as somebody ever saw them; null before known_from.';
comment on column wechat.daily_totals.new is 'Follows that began on the day, those of people who returned included. At least: who left again before the next look was not seen, unless a message told.';
comment on column wechat.daily_totals.returned is 'Those of them by people who had followed before.';
comment on column wechat.daily_totals.left_at_least is 'Leaves that surely happened on the day; null for the days before known_from, and its own.';
comment on column wechat.daily_totals.left_at_most is 'Leaves that may have happened on the day, of people who were ever seen: no upper bound of all leaves. Null for the days before known_from, and its own.';
comment on column wechat.daily_totals.rate_at_least is 'left_at_least as a share of the most who may have followed the day before.';
comment on column wechat.daily_totals.rate_at_most is 'left_at_most as a share of those who surely followed the day before.';
comment on column wechat.daily_totals.new_by_scene is 'new by how they found the account, as JSON.';
comment on column wechat.daily_totals.new_user is 'New follows by WeChat''s own books (datacube; 新增关注人数); null = not read, difference_why says why.';
comment on column wechat.daily_totals.cancel_user is 'Leaves by WeChat''s own books (取消关注人数); null = not read.';
comment on column wechat.daily_totals.cumulate_user is 'Followers at the end of the day by WeChat''s own books (累积关注人数); null = not read.';
comment on column wechat.daily_totals.came_and_went is 'At least: follows of the day that WeChat''s books have and no look saw, of people who left again before the next one. Not among them: as many as may have followed on the day with no time told, are refused, or were deleted since. Null where the books were not read, before known_from, and where WeChat counted more people than its next list named.';
comment on column wechat.daily_totals.difference is 'How many more (or, negative, fewer) followers WeChat''s books tell than the bounds allow; 0 = they agree; null = not read, or no bounds.';
comment on column wechat.daily_totals.difference_why is 'The known cause of the difference, or why WeChat''s books or the bounds are missing; null = they agree.';
