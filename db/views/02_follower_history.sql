create view wechat.follower_history as
select app_id, openid, valid_from, valid_to, subscribe, nickname, sex, language, city, province, country, headimgurl, subscribe_time, unionid,
       remark, groupid, tagid_list, subscribe_scene, qr_scene, qr_scene_str, replaced
from wechat.follower_versions
union all
select app_id, openid, changed_at, null, subscribe, nickname, sex, language, city, province, country, headimgurl, subscribe_time, unionid,
       remark, groupid, tagid_list, subscribe_scene, qr_scene, qr_scene_str, null
from wechat.followers;
comment on view wechat.follower_history is 'Every version of every follower''s row, the current ones included. As of a moment t: where valid_from <= t and (valid_to > t or valid_to is null).';
comment on column wechat.follower_history.app_id is 'Account the person follows.';
comment on column wechat.follower_history.openid is 'The person.';
comment on column wechat.follower_history.valid_from is 'When FollowerSync stored this version.';
comment on column wechat.follower_history.valid_to is 'When the next version replaced it; null = current.';
comment on column wechat.follower_history.subscribe is 'Whether the person followed.';
comment on column wechat.follower_history.nickname is 'As in wechat.followers.';
comment on column wechat.follower_history.sex is 'As in wechat.followers.';
comment on column wechat.follower_history.language is 'As in wechat.followers.';
comment on column wechat.follower_history.city is 'As in wechat.followers.';
comment on column wechat.follower_history.province is 'As in wechat.followers.';
comment on column wechat.follower_history.country is 'As in wechat.followers.';
comment on column wechat.follower_history.headimgurl is 'As in wechat.followers.';
comment on column wechat.follower_history.subscribe_time is 'As in wechat.followers.';
comment on column wechat.follower_history.unionid is 'As in wechat.followers.';
comment on column wechat.follower_history.remark is 'As in wechat.followers.';
comment on column wechat.follower_history.groupid is 'As in wechat.followers.';
comment on column wechat.follower_history.tagid_list is 'As in wechat.followers.';
comment on column wechat.follower_history.subscribe_scene is 'As in wechat.followers.';
comment on column wechat.follower_history.qr_scene is 'As in wechat.followers.';
comment on column wechat.follower_history.qr_scene_str is 'As in wechat.followers.';
comment on column wechat.follower_history.replaced is 'What changed then: the columns in which the next version differs; null = current.';
