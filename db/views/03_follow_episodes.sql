create view wechat.follow_episodes as
select app_id, openid, followed_at, followed_after, followed_before, unfollowed_after, unfollowed_before, source, scene, ended_at as changed_at
from wechat.past_episodes
union all
select app_id, openid, case when followed_before is null then subscribe_time end, followed_after, followed_before, unfollowed_after, unfollowed_before, unfollow_source, subscribe_scene, changed_at
from wechat.followers;
comment on view wechat.follow_episodes is 'Every time a person followed: one row from following to leaving; a return is another row.';
comment on column wechat.follow_episodes.app_id is 'Account the person followed.';
comment on column wechat.follow_episodes.openid is 'The person.';
comment on column wechat.follow_episodes.followed_at is 'When the person followed (WeChat''s subscribe_time); null = not known, or known within bounds.';
comment on column wechat.follow_episodes.followed_after is 'Where followed_at is null: not yet followed at this time; null = not known.';
comment on column wechat.follow_episodes.followed_before is 'Where followed_at is null: followed by this time.';
comment on column wechat.follow_episodes.unfollowed_after is 'The person still followed at this time; null while following.';
comment on column wechat.follow_episodes.unfollowed_before is 'The person was gone by this time; null while following. The true moment lies between the two; they are equal when a message told the second.';
comment on column wechat.follow_episodes.source is 'What showed that the person was gone: listing, answer or event; null while following.';
comment on column wechat.follow_episodes.scene is 'How the person found the account: ADD_SCENE_SEARCH, ADD_SCENE_QR_CODE, …';
comment on column wechat.follow_episodes.changed_at is 'When FollowerSync last changed the row: stored it, closed it, or changed anything else about the person.';
