-- Who is listed again and was not answered for may have left in between: only the answer tells.
-- Few: whoever is missing from a list is asked about in the same run, so these are people whom WeChat refuses, or about whom it gives no answer.
-- Of whom it was found out since the facts were counted last the leave is told, if there was one, as the facts will count it.
create view wechat.doubtful_followers as
select d.app_id, k.account, d.openid, d.missing_since, d.seen_at, d.scene, coalesce(z.zh, d.scene) as scene_zh, coalesce(z.en, d.scene) as scene_en, d.qr_scene, d.qr_scene_str,
       (d.seen_at at time zone interval '8 hours')::date as seen_day, (d.followed_at at time zone interval '8 hours')::date as followed_day,
       greatest(extract(epoch from d.seen_at - d.followed_at) / 86400, 0) as days_at_least
from (
    select c.app_id, c.openid, m.missing_since,
           least(greatest(f.answered_at, coalesce(f.followed_before, f.subscribe_time, f.first_seen_at), (
                select max(l.started_at) from followersync.listings l where l.app_id = c.app_id and l.status = 'done' and l.started_at < m.missing_since)),
               m.missing_since, c.first_gone_by, c.gone_by) as seen_at,
           f.subscribe_scene as scene, f.qr_scene, f.qr_scene_str, case when f.followed_before is null then f.subscribe_time end as followed_at
    from followersync.unfollow_candidates c
    cross join lateral (select coalesce(c.first_missing_since, c.missing_since) as missing_since) m
    cross join lateral (
        select * from wechat.followers f where f.app_id = c.app_id and f.openid = c.openid and f.subscribe limit 1) f
    where m.missing_since is not null
    union all
    select s.app_id, s.openid, s.missing_since, e.seen_at, e.scene, e.qr_scene, e.qr_scene_str, e.followed_at
    from followersync.settled_doubts s
    join followersync.counted_facts t on t.app_id = s.app_id
    cross join lateral (
        select p.unfollowed_after as seen_at, p.scene, p.qr_scene, p.qr_scene_str, p.followed_at
        from wechat.past_episodes p
        where p.app_id = s.app_id and p.openid = s.openid and p.ended_at > t.stored_through
        union all
        select f.unfollowed_after, f.subscribe_scene, f.qr_scene, f.qr_scene_str, case when f.followed_before is null then f.subscribe_time end
        from wechat.followers f
        where f.app_id = s.app_id and f.openid = s.openid and not f.subscribe and f.changed_at > t.stored_through
        order by seen_at
        limit 1) e) d
join wechat.known_days k using (app_id)
left join wechat.scenes z on z.scene = d.scene;
comment on view wechat.doubtful_followers is 'Followers whom WeChat''s list lacks, or lacked, and about whom nothing has been proven since, because WeChat refuses them, does not answer, or the mass-change brake holds them. They still count in wechat.followers and in every at_most, but no longer in followers_at_least and kept_…_at_least, from the day on which they were last seen. So do those of whom a run has found out since that they had left, until the next complete run counts it.';
comment on column wechat.doubtful_followers.app_id is 'Account.';
comment on column wechat.doubtful_followers.account is 'Its name.';
comment on column wechat.doubtful_followers.openid is 'The person.';
comment on column wechat.doubtful_followers.missing_since is 'When the first list was begun that lacked the person.';
comment on column wechat.doubtful_followers.seen_at is 'When the person was last known to follow.';
comment on column wechat.doubtful_followers.scene is 'How the person found the account.';
comment on column wechat.doubtful_followers.scene_zh is 'Its name in Chinese; the value itself where wechat.scenes has none.';
comment on column wechat.doubtful_followers.scene_en is 'Its name in English; the value itself where wechat.scenes has none.';
comment on column wechat.doubtful_followers.qr_scene is 'Number of the QR code by which the person came.';
comment on column wechat.doubtful_followers.qr_scene_str is 'Text of the QR code by which the person came.';
comment on column wechat.doubtful_followers.seen_day is 'Day of seen_at in Beijing.';
comment on column wechat.doubtful_followers.followed_day is 'Day in Beijing on which the person followed; null = known within bounds only.';
comment on column wechat.doubtful_followers.days_at_least is 'Days for which the person surely followed; null = the beginning is known within bounds only.';
