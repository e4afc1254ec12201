-- A year of history for everybody stored: three earlier versions each with one thing changed, in the order in which they were replaced, and an earlier time of following
-- for one person in eight.
insert into wechat.follower_versions (app_id, openid, valid_from, valid_to, subscribe, nickname, language, subscribe_time, unionid, remark, groupid, tagid_list,
    subscribe_scene, qr_scene, qr_scene_str, replaced)
select f.app_id, f.openid, f.changed_at - interval '365 days' * (k + p) / 4, f.changed_at - interval '365 days' * (k - 1 + p) / 4,
       true, f.nickname, f.language, f.subscribe_time, f.unionid, case when k = 3 then 'remark' end, case when k = 1 then 100 else f.groupid end, case when k = 2 then array[100] else f.tagid_list end, f.subscribe_scene, f.qr_scene, f.qr_scene_str,
       array[(array['groupid', 'tagid_list', 'remark'])[k]]
from (select *, random() as p from wechat.followers) f, generate_series(1, 3) k
order by 4;

insert into wechat.past_episodes (app_id, openid, followed_at, unfollowed_after, unfollowed_before, source, scene, is_return, followed_again_at, ended_at)
select app_id, openid, subscribe_time - interval '90 days', subscribe_time - interval '31 days', subscribe_time - interval '30 days', 'listing', subscribe_scene, false,
       subscribe_time, subscribe_time + interval '1 hour'
from wechat.followers
where right(openid, 1) < '8';

update wechat.followers set first_followed_at = subscribe_time - interval '90 days' where right(openid, 1) < '8';
