-- A range speaks for those who were asked about and answered: nobody who is gone is, and of whom WeChat refuses the answer stands out.
create view wechat.confirmed_followers as
select f.app_id, f.openid, f.subscribe,
       case when not f.subscribe then f.changed_at when r.openid is null then greatest(f.answered_at, c.confirmed_at, f.first_seen_at) else greatest(f.answered_at, f.first_seen_at) end as confirmed_at
from wechat.followers f
left join followersync.rejected_openids r on r.app_id = f.app_id and r.openid = f.openid
left join lateral (
    select confirmed_at from followersync.confirmations c
    where c.app_id = f.app_id and c.last_openid >= f.openid
    order by c.last_openid
    limit 1
) c on true;
comment on view wechat.confirmed_followers is 'When WeChat last confirmed each follower''s row, though unchanged rows are not rewritten.';
comment on column wechat.confirmed_followers.app_id is 'Account the person follows.';
comment on column wechat.confirmed_followers.openid is 'The person.';
comment on column wechat.confirmed_followers.subscribe is 'Whether the person follows.';
comment on column wechat.confirmed_followers.confirmed_at is 'When WeChat last answered for the person.';
