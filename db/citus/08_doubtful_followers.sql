create or replace view wechat.doubtful_followers as
with candidates as materialized (
    select c.app_id, c.openid, coalesce(c.first_missing_since, c.missing_since) as missing_since, c.first_gone_by, c.gone_by, max(l.started_at) as listed_at
    from followersync.unfollow_candidates c
    left join followersync.listings l on l.app_id = c.app_id and l.status = 'done' and l.started_at < coalesce(c.first_missing_since, c.missing_since)
    where coalesce(c.first_missing_since, c.missing_since) is not null
    group by c.app_id, c.openid
), found as materialized (
    select app_id, openid, answered_at, first_seen_at, followed_before, subscribe_time, subscribe_scene, qr_scene, qr_scene_str
    from wechat.followers
    where app_id = any(array(select app_id from candidates)) and openid = any(array(select openid from candidates)) and subscribe
), settled as materialized (
    select s.app_id, s.openid, s.missing_since, t.stored_through from followersync.settled_doubts s join followersync.counted_facts t on t.app_id = s.app_id
), past as materialized (
    select app_id, openid, ended_at, unfollowed_after, scene, qr_scene, qr_scene_str, followed_at
    from wechat.past_episodes
    where app_id = any(array(select app_id from settled)) and openid = any(array(select openid from settled))
), gone as materialized (
    select app_id, openid, changed_at, unfollowed_after, subscribe_scene, qr_scene, qr_scene_str, followed_before, subscribe_time
    from wechat.followers
    where app_id = any(array(select app_id from settled)) and openid = any(array(select openid from settled)) and not subscribe
), leaves as (
    select s.app_id, s.openid, s.missing_since, p.unfollowed_after as seen_at, p.scene, p.qr_scene, p.qr_scene_str, p.followed_at
    from settled s
    join past p on p.app_id = s.app_id and p.openid = s.openid and p.ended_at > s.stored_through
    union all
    select s.app_id, s.openid, s.missing_since, g.unfollowed_after, g.subscribe_scene, g.qr_scene, g.qr_scene_str, case when g.followed_before is null then g.subscribe_time end
    from settled s
    join gone g on g.app_id = s.app_id and g.openid = s.openid and g.changed_at > s.stored_through
)
select d.app_id, k.account, d.openid, d.missing_since, d.seen_at, d.scene, coalesce(z.zh, d.scene) as scene_zh, coalesce(z.en, d.scene) as scene_en, d.qr_scene, d.qr_scene_str,
       (d.seen_at at time zone interval '8 hours')::date as seen_day, (d.followed_at at time zone interval '8 hours')::date as followed_day,
       greatest(extract(epoch from d.seen_at - d.followed_at) / 86400, 0) as days_at_least
from (
    select c.app_id, c.openid, c.missing_since,
           least(greatest(f.answered_at, coalesce(f.followed_before, f.subscribe_time, f.first_seen_at), c.listed_at), c.missing_since, c.first_gone_by, c.gone_by) as seen_at,
           f.subscribe_scene as scene, f.qr_scene, f.qr_scene_str, case when f.followed_before is null then f.subscribe_time end as followed_at
    from candidates c
    join found f on f.app_id = c.app_id and f.openid = c.openid
    union all
    select * from (select distinct on (app_id, openid) * from leaves order by app_id, openid, seen_at) e) d
join wechat.known_days k using (app_id)
left join wechat.scenes z on z.scene = d.scene;
