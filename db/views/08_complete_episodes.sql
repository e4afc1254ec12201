create view wechat.complete_episodes as
select r.app_id, p.openid, p.followed_at, coalesce(p.unfollowed_after, p.followed_at) as unfollowed_after, p.unfollowed_before, p.source, p.scene, p.is_return
from wechat.complete_runs r
join wechat.past_episodes p on p.app_id = r.app_id and p.ended_at <= r.stored_at
where p.followed_at is not null
union all
select a.app_id, a.openid, a.subscribe_time, case when not a.subscribe then coalesce(a.unfollowed_after, a.subscribe_time) end, a.unfollowed_before,
       a.unfollow_source, a.subscribe_scene, a.first_followed_at is not null
from wechat.audience a
where a.subscribe_time is not null;
comment on view wechat.complete_episodes is 'wechat.follow_episodes as of the newest complete run.';
comment on column wechat.complete_episodes.app_id is 'Account.';
comment on column wechat.complete_episodes.openid is 'The person.';
comment on column wechat.complete_episodes.followed_at is 'When the person followed.';
comment on column wechat.complete_episodes.unfollowed_after is 'Still followed at this time; null while following.';
comment on column wechat.complete_episodes.unfollowed_before is 'Gone by this time; null while following.';
comment on column wechat.complete_episodes.source is 'What showed it: listing, answer or event. By event the two bounds are equal, unless messages were lost.';
comment on column wechat.complete_episodes.scene is 'How the person found the account.';
comment on column wechat.complete_episodes.is_return is 'Whether the person had followed before.';
