create view wechat.history_plain as
select app_id, openid, valid_from, valid_to, subscribe, subscribe_time, unionid, groupid, tagid_list, subscribe_scene, qr_scene, qr_scene_str,
       unfollowed_after, unfollowed_before, unfollow_source, first_followed_at, followed_after, followed_before, replaced
from wechat.follower_versions
union all
select app_id, openid, changed_at, null, subscribe, subscribe_time, unionid, groupid, tagid_list, subscribe_scene, qr_scene, qr_scene_str, unfollowed_after,
       unfollowed_before, unfollow_source, first_followed_at, followed_after, followed_before, null
from wechat.followers;
comment on view wechat.history_plain is 'wechat.follower_history without the personal columns, and with the bounds of follows and leaves: all of it may be read by every analyst (select *). As of a moment t: where valid_from <= t and (valid_to > t or valid_to is null).';
comment on column wechat.history_plain.app_id is 'Account the person follows.';
comment on column wechat.history_plain.openid is 'The person.';
comment on column wechat.history_plain.valid_from is 'When FollowerSync stored this version.';
comment on column wechat.history_plain.valid_to is 'When the next version replaced it; null = current.';
comment on column wechat.history_plain.subscribe is 'Whether the person followed.';
comment on column wechat.history_plain.subscribe_time is 'As in wechat.followers.';
comment on column wechat.history_plain.unionid is 'As in wechat.followers.';
comment on column wechat.history_plain.groupid is 'As in wechat.followers.';
comment on column wechat.history_plain.tagid_list is 'As in wechat.followers.';
comment on column wechat.history_plain.subscribe_scene is 'As in wechat.followers.';
comment on column wechat.history_plain.qr_scene is 'As in wechat.followers.';
comment on column wechat.history_plain.qr_scene_str is 'As in wechat.followers.';
comment on column wechat.history_plain.unfollowed_after is 'As in wechat.followers.';
comment on column wechat.history_plain.unfollowed_before is 'As in wechat.followers.';
comment on column wechat.history_plain.unfollow_source is 'As in wechat.followers.';
comment on column wechat.history_plain.first_followed_at is 'As in wechat.followers.';
comment on column wechat.history_plain.followed_after is 'As in wechat.followers.';
comment on column wechat.history_plain.followed_before is 'As in wechat.followers.';
comment on column wechat.history_plain.replaced is 'What changed then: the columns in which the next version differs; null = current.';
