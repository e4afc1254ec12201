-- Accounts are sorted afterwards, for the few who follow more than one: sorting inside the aggregates would sort for everybody.
create view wechat.people as
select unionid, openid,
       case when cardinality(accounts_followed) > 1 then (select array_agg(a order by a) from unnest(accounts_followed) a) else accounts_followed end as accounts_followed,
       case when cardinality(accounts_known) > 1 then (select array_agg(a order by a) from unnest(accounts_known) a) else accounts_known end as accounts_known,
       first_followed_at, last_followed_at,
       coalesce(unionid, openid) in (
           select coalesce(f.unionid, f.openid) from wechat.identity_conflicts c join wechat.followers f on f.app_id = c.app_id and f.openid = c.openid) as in_conflict
from (
    select unionid, case when unionid is null then openid end as openid,
           array_agg(app_id) filter (where subscribe) as accounts_followed, array_agg(app_id) as accounts_known,
           min(coalesce(first_followed_at, subscribe_time)) as first_followed_at, max(subscribe_time) as last_followed_at
    from wechat.audience
    group by unionid, case when unionid is null then openid end, case when unionid is null then app_id end) p;
comment on view wechat.people is 'One row a person, across accounts: people with one unionid are one; a person without unionid stays single. Unionids WeChat contradicted itself about stand in wechat.identity_conflicts.';
comment on column wechat.people.unionid is 'The person; null = known in one account only.';
comment on column wechat.people.openid is 'The persons openid when there is no unionid; null otherwise.';
comment on column wechat.people.accounts_followed is 'Accounts the person follows.';
comment on column wechat.people.accounts_known is 'Accounts the person follows or followed.';
comment on column wechat.people.first_followed_at is 'First time the person is known to have followed any of them.';
comment on column wechat.people.last_followed_at is 'Newest time the person followed one of them.';
comment on column wechat.people.in_conflict is 'Whether WeChat contradicted itself about one of the persons unionids.';
