create or replace view wechat.held_changes as
with held as materialized (
    select app_id, openid, 'leaving' as change, held_since, null as answered_unionid
    from followersync.unfollow_candidates
    where held_since is not null
    union all
    select app_id, openid, 'unionid', held_at, unionid
    from followersync.held_identities
), found as materialized (
    select app_id, openid, subscribe_time, subscribe_scene, tagid_list, unionid
    from wechat.followers
    where app_id = any(array(select app_id from held)) and openid = any(array(select openid from held))
), runs as materialized (
    select app_id, max(run_id) as run_id from wechat.sync_runs where status = 'held' group by app_id
)
select h.app_id, a.name as account, r.run_id, h.openid, h.change, h.held_since, f.subscribe_time, f.subscribe_scene, coalesce(s.zh, f.subscribe_scene) as scene_zh,
       coalesce(s.en, f.subscribe_scene) as scene_en, f.tagid_list, f.unionid as stored_unionid, h.answered_unionid
from held h
left join found f on f.app_id = h.app_id and f.openid = h.openid
left join wechat.accounts a on a.app_id = h.app_id
left join wechat.scenes s on s.scene = f.subscribe_scene
left join runs r on r.app_id = h.app_id;
