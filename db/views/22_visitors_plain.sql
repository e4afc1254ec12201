create view wechat.visitors_plain as
select app_id, openid, unionid, first_seen_at, last_seen_at, visits, subscribed, changed_at
from wechat.visitors;
comment on view wechat.visitors_plain is 'wechat.visitors without the personal columns: all of it may be read by every analyst (select *).';
comment on column wechat.visitors_plain.app_id is 'Account by which they came.';
comment on column wechat.visitors_plain.openid is 'The person, as in wechat.followers.';
comment on column wechat.visitors_plain.unionid is 'Identifier of the person across accounts; null = WeChat did not tell.';
comment on column wechat.visitors_plain.first_seen_at is 'First visit.';
comment on column wechat.visitors_plain.last_seen_at is 'Last visit.';
comment on column wechat.visitors_plain.visits is 'How many visits.';
comment on column wechat.visitors_plain.subscribed is 'Whether the person followed when WeChat was last asked because of a visit; null = not asked yet. Who follows stands in wechat.followers, which says how it is now.';
comment on column wechat.visitors_plain.changed_at is 'When FollowerSync last changed the row.';
