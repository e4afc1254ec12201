-- Visitors are few beside followers: each is looked up by key and by the index on unionid.
create view wechat.known_visitors as
select v.app_id, a.name as account, v.openid, p.unionid, v.first_seen_at, v.last_seen_at, v.visits,
       coalesce(f.subscribe, v.subscribed) as subscribe, f.subscribe_time,
       case when p.unionid is null then case when f.subscribe and not moved.away then array[v.app_id] end else others.accounts_followed end as accounts_followed
from wechat.visitors v
left join wechat.followers f on f.app_id = v.app_id and f.openid = v.openid
left join wechat.accounts a on a.app_id = v.app_id
cross join lateral (select coalesce(v.unionid, f.unionid) as unionid) p
cross join lateral (
    select exists (select 1 from wechat.openid_changes c where c.from_app_id = v.app_id and c.old_openid = v.openid and c.new_openid is not null) as away) moved
cross join lateral (
    select array_agg(o.app_id order by o.app_id) as accounts_followed
    from wechat.followers o
    where o.unionid = p.unionid and o.subscribe
      and not exists (select 1 from wechat.openid_changes c where c.from_app_id = o.app_id and c.old_openid = o.openid and c.new_openid is not null)) others;
comment on view wechat.known_visitors is 'Who came by web authorisation, beside what is known of them as followers: one row an account and visitor, without the personal columns. A person who visits by two accounts has two rows with one unionid.';
comment on column wechat.known_visitors.app_id is 'Account by which they came.';
comment on column wechat.known_visitors.account is 'Its name.';
comment on column wechat.known_visitors.openid is 'The person, as in wechat.followers.';
comment on column wechat.known_visitors.unionid is 'The person across accounts, told by the visit or known from following; null = not known.';
comment on column wechat.known_visitors.first_seen_at is 'First visit.';
comment on column wechat.known_visitors.last_seen_at is 'Last visit.';
comment on column wechat.known_visitors.visits is 'How many visits.';
comment on column wechat.known_visitors.subscribe is 'Whether the person follows the account; null = WeChat has not been asked yet.';
comment on column wechat.known_visitors.subscribe_time is 'When the person last followed the account; null = never known to.';
comment on column wechat.known_visitors.accounts_followed is 'Accounts the person follows, by unionid; not one from which the person was migrated; null = none known.';
