-- The names cost nothing where nobody asks for them: the planner leaves their joins out, since each finds one row at the most.
--
-- Of the versions that are over, only those can be meant that held between the oldest and the newest of these runs. Said so, in one range, the block
-- range index finds them, and the planner knows that they are few.
create view wechat.audience as
select r.app_id, r.account, r.run_id, f.openid, f.unionid, f.subscribe, f.subscribe_time, f.groupid, g.name as group_name, f.tagid_list, f.subscribe_scene,
       coalesce(s.zh, f.subscribe_scene) as scene_zh, coalesce(s.en, f.subscribe_scene) as scene_en, f.qr_scene, f.qr_scene_str, f.unfollowed_after,
       f.unfollowed_before, f.unfollow_source, f.first_followed_at, f.followed_after, f.followed_before, f.blacklisted, f.blacklisted_at
from wechat.complete_runs r
join wechat.followers f on f.app_id = r.app_id and f.changed_at <= r.stored_at
left join wechat.groups g on g.app_id = f.app_id and g.groupid = f.groupid
left join wechat.scenes s on s.scene = f.subscribe_scene
union all
select r.app_id, r.account, r.run_id, v.openid, v.unionid, v.subscribe, v.subscribe_time, v.groupid, g.name as group_name, v.tagid_list, v.subscribe_scene,
       coalesce(s.zh, v.subscribe_scene) as scene_zh, coalesce(s.en, v.subscribe_scene) as scene_en, v.qr_scene, v.qr_scene_str, v.unfollowed_after,
       v.unfollowed_before, v.unfollow_source, v.first_followed_at, v.followed_after, v.followed_before, f.blacklisted, f.blacklisted_at
from (select tstzrange(min(stored_at), max(stored_at), '[]') as ends from wechat.complete_runs) runs
join wechat.follower_versions v on tstzrange(v.valid_from, v.valid_to) && runs.ends
join wechat.complete_runs r on r.app_id = v.app_id and v.valid_from <= r.stored_at and v.valid_to > r.stored_at
join wechat.followers f on f.app_id = v.app_id and f.openid = v.openid
left join wechat.groups g on g.app_id = v.app_id and g.groupid = v.groupid
left join wechat.scenes s on s.scene = v.subscribe_scene;
comment on view wechat.audience is 'Everybody who follows or followed, as of the newest complete run, without the personal columns. Empty for an account that never completed a run; wechat.freshness says why.';
comment on column wechat.audience.app_id is 'Account.';
comment on column wechat.audience.account is 'Its name.';
comment on column wechat.audience.run_id is 'The complete run the row speaks for.';
comment on column wechat.audience.openid is 'The person.';
comment on column wechat.audience.unionid is 'The person across accounts; null = not known.';
comment on column wechat.audience.subscribe is 'Whether the person follows.';
comment on column wechat.audience.subscribe_time is 'When the person last followed.';
comment on column wechat.audience.groupid is 'Legacy group.';
comment on column wechat.audience.group_name is 'Its name; null = WeChat did not name it.';
comment on column wechat.audience.tagid_list is 'Tags.';
comment on column wechat.audience.subscribe_scene is 'How the person found the account.';
comment on column wechat.audience.scene_zh is 'Its name in Chinese; the value itself where wechat.scenes has none.';
comment on column wechat.audience.scene_en is 'Its name in English; the value itself where wechat.scenes has none.';
comment on column wechat.audience.qr_scene is 'Number of the QR code scanned.';
comment on column wechat.audience.qr_scene_str is 'Text of the QR code scanned.';
comment on column wechat.audience.unfollowed_after is 'Still followed at this time; null while following.';
comment on column wechat.audience.unfollowed_before is 'Gone by this time; null while following.';
comment on column wechat.audience.unfollow_source is 'What showed it: listing, answer or event.';
comment on column wechat.audience.blacklisted is 'Whether the account has put the person on its blacklist, as of the last time the list was read.';
comment on column wechat.audience.blacklisted_at is 'When the person was first found on it; null = not on it.';
comment on column wechat.audience.first_followed_at is 'When a person who came back had first followed; null = the person never left.';
comment on column wechat.audience.followed_after is 'Where subscribe_time does not tell when the person followed: not yet at this time.';
comment on column wechat.audience.followed_before is 'Where subscribe_time does not tell when the person followed: by this time. Null = it tells.';
