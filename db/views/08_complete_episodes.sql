create view wechat.complete_episodes as
select e.app_id, e.account, e.openid, e.followed_at, e.followed_after, b.followed_before,
       case when e.unfollowed_before is not null then greatest(coalesce(e.unfollowed_after, b.followed_before), b.followed_before) end as unfollowed_after,
       e.unfollowed_before, e.source, e.scene, coalesce(s.zh, e.scene) as scene_zh, coalesce(s.en, e.scene) as scene_en,
       e.qr_scene, e.qr_scene_str, e.is_return
from (
    select r.app_id, r.account, p.openid, p.followed_at, coalesce(p.followed_at, p.followed_after) as followed_after, coalesce(p.followed_before, p.followed_at) as followed_before,
           p.unfollowed_after, p.unfollowed_before, p.source, p.scene, p.qr_scene, p.qr_scene_str, p.is_return
    from wechat.complete_runs r
    join wechat.past_episodes p on p.app_id = r.app_id and p.ended_at <= r.stored_at
    union all
    select a.app_id, a.account, a.openid, case when a.followed_before is null then a.subscribe_time end, case when a.followed_before is null then a.subscribe_time else a.followed_after end,
           coalesce(a.followed_before, a.subscribe_time), a.unfollowed_after, a.unfollowed_before, a.unfollow_source, a.subscribe_scene, a.qr_scene, a.qr_scene_str,
           a.first_followed_at is not null
    from wechat.audience a) e
left join wechat.scenes s on s.scene = e.scene
cross join lateral (select coalesce(e.followed_before, e.unfollowed_after, e.unfollowed_before) as followed_before) b;
comment on view wechat.complete_episodes is 'wechat.follow_episodes as of the newest complete run, with bounds throughout.';
comment on column wechat.complete_episodes.app_id is 'Account.';
comment on column wechat.complete_episodes.account is 'Its name.';
comment on column wechat.complete_episodes.openid is 'The person.';
comment on column wechat.complete_episodes.followed_at is 'When the person followed, to the second; null = known within bounds only.';
comment on column wechat.complete_episodes.followed_after is 'The person did not follow before this time; null = not known.';
comment on column wechat.complete_episodes.followed_before is 'The person followed by this time. As a rule the same as followed_at.';
comment on column wechat.complete_episodes.unfollowed_after is 'Still followed at this time; null while following.';
comment on column wechat.complete_episodes.unfollowed_before is 'Gone by this time; null while following.';
comment on column wechat.complete_episodes.source is 'What showed it: listing, answer or event. By event the two bounds are equal, unless messages were lost.';
comment on column wechat.complete_episodes.scene is 'How the person found the account.';
comment on column wechat.complete_episodes.scene_zh is 'Its name in Chinese; the value itself where wechat.scenes has none.';
comment on column wechat.complete_episodes.scene_en is 'Its name in English; the value itself where wechat.scenes has none.';
comment on column wechat.complete_episodes.qr_scene is 'Number of the QR code by which the person came; 0 when it has a text.';
comment on column wechat.complete_episodes.qr_scene_str is 'Text of the QR code by which the person came.';
comment on column wechat.complete_episodes.is_return is 'Whether the person had followed before.';
