create view wechat.held_changes as
with held as (
    select app_id, openid, 'leaving' as change, held_since, null as answered_unionid
    from followersync.unfollow_candidates
    where held_since is not null
    union all
    select app_id, openid, 'unionid', held_at, unionid
    from followersync.held_identities
)
select h.app_id, a.name as account, r.run_id, h.openid, h.change, h.held_since, f.subscribe_time, f.subscribe_scene, coalesce(s.zh, f.subscribe_scene) as scene_zh,
       coalesce(s.en, f.subscribe_scene) as scene_en, f.tagid_list, f.unionid as stored_unionid, h.answered_unionid
from held h
left join wechat.followers f on f.app_id = h.app_id and f.openid = h.openid
left join wechat.accounts a on a.app_id = h.app_id
left join wechat.scenes s on s.scene = f.subscribe_scene
left join lateral (select max(s.run_id) as run_id from wechat.sync_runs s where s.app_id = h.app_id and s.status = 'held') r on true;
comment on view wechat.held_changes is 'What the mass-change brake holds: one row for every person who seems to be gone, or whose unionid would change. Nothing of it is stored until somebody runs followersync approve; followersync approve RUN_ID --reject drops it.';
comment on column wechat.held_changes.app_id is 'Account.';
comment on column wechat.held_changes.account is 'Its name.';
comment on column wechat.held_changes.run_id is 'The newest run that holds it: the number to approve or reject; null while the run that holds it goes on.';
comment on column wechat.held_changes.openid is 'The person.';
comment on column wechat.held_changes.change is 'leaving (the person would be marked as gone) or unionid (the person would get another unionid).';
comment on column wechat.held_changes.held_since is 'Since when it is held.';
comment on column wechat.held_changes.subscribe_time is 'When the person followed.';
comment on column wechat.held_changes.subscribe_scene is 'How the person found the account.';
comment on column wechat.held_changes.scene_zh is 'Its name in Chinese; the value itself where wechat.scenes has none.';
comment on column wechat.held_changes.scene_en is 'Its name in English; the value itself where wechat.scenes has none.';
comment on column wechat.held_changes.tagid_list is 'Numbers of the person''s tags.';
comment on column wechat.held_changes.stored_unionid is 'Unionid that is stored, and stays until it is approved.';
comment on column wechat.held_changes.answered_unionid is 'Unionid WeChat answers now; null for somebody who seems to be gone.';
