-- For the views: one person in five has left, and a second account shares one person in twenty.
update wechat.followers
set subscribe = false, unfollowed_after = first_seen_at - interval '1 day' * (1 + p), unfollowed_before = first_seen_at - interval '1 day' * p, unfollow_source = 'listing'
from (select app_id, openid, floor(random() * 300) as p from wechat.followers where random() < 0.2) gone
where followers.app_id = gone.app_id and followers.openid = gone.openid;

insert into wechat.accounts (app_id, name) values ('wx00000000000000e2', 'Other');

insert into wechat.followers (app_id, openid, subscribe, subscribe_time, unionid, groupid, tagid_list, subscribe_scene, first_seen_at, changed_at)
select 'wx00000000000000e2', 'other' || openid, true, subscribe_time, unionid, groupid, tagid_list, subscribe_scene, first_seen_at, changed_at
from wechat.followers
where random() < 0.05;

insert into wechat.sync_runs (app_id, trigger, status, started_at, finished_at, complete_as_of) values ('wx00000000000000e2', 'schedule', 'succeeded', now(), now(), now());
