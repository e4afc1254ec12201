-- Accounts are sorted afterwards, for the few who follow more than one: sorting inside the aggregates would sort for everybody. Unionids of migrated people
-- are looked up one by one: there are few, and the planner would read everybody three times.
create view wechat.people as
with moved as materialized (
    select s.app_id, s.openid, s.last_app_id, s.last_openid, o.unionid, n.unionid as last_unionid
    from wechat.openid_successors s
    left join lateral (select unionid from wechat.followers f where f.app_id = s.app_id and f.openid = s.openid limit 1) o on true
    left join lateral (select unionid from wechat.followers f where f.app_id = s.last_app_id and f.openid = s.last_openid limit 1) n on true
), arrived as materialized (
    select last_app_id as app_id, last_openid as openid, coalesce(max(last_unionid), max(unionid)) as unionid
    from moved
    group by last_app_id, last_openid
), renamed as materialized (
    select m.unionid, max(a.unionid) as new_unionid
    from moved m
    join arrived a on a.app_id = m.last_app_id and a.openid = m.last_openid
    where m.unionid <> a.unionid
    group by m.unionid
)
select unionid, openid,
       case when cardinality(accounts_followed) > 1 then (select array_agg(a order by a) from unnest(accounts_followed) a) else accounts_followed end as accounts_followed,
       case when cardinality(accounts_known) > 1 then (select array_agg(a order by a) from unnest(accounts_known) a) else accounts_known end as accounts_known,
       first_followed_at, last_followed_at,
       coalesce(unionid, openid) in (
           select coalesce(a.unionid, r.new_unionid, f.unionid, m.last_openid, f.openid)
           from wechat.identity_conflicts c
           join wechat.followers f on f.app_id = c.app_id and f.openid = c.openid
           left join moved m on m.app_id = f.app_id and m.openid = f.openid
           left join arrived a on a.app_id = coalesce(m.last_app_id, f.app_id) and a.openid = coalesce(m.last_openid, f.openid)
           left join renamed r on r.unionid = f.unionid) as in_conflict
from (
    select unionid, case when unionid is null then openid end as openid,
           array_agg(app_id) filter (where subscribe and not is_moved) as accounts_followed, array_agg(app_id) as accounts_known,
           min(first_followed_at) as first_followed_at, max(subscribe_time) as last_followed_at
    from (
        select f.app_id, f.subscribe, f.subscribe_time, coalesce(f.first_followed_at, f.subscribe_time) as first_followed_at, m.openid is not null as is_moved,
               coalesce(a.unionid, r.new_unionid, l.unionid, f.unionid) as unionid, coalesce(m.last_app_id, f.app_id) as last_app_id, coalesce(m.last_openid, f.openid) as openid
        from wechat.audience f
        left join moved m on m.app_id = f.app_id and m.openid = f.openid
        left join arrived a on a.app_id = coalesce(m.last_app_id, f.app_id) and a.openid = coalesce(m.last_openid, f.openid)
        left join renamed r on r.unionid = f.unionid
        left join followersync.anonymous_unionids l on l.pseudonym = f.unionid) known
    group by unionid, case when unionid is null then openid end, case when unionid is null then last_app_id end) p;
comment on view wechat.people is 'One row a person, across accounts: people with one unionid are one, and so is who was migrated from one account to another (wechat.openid_changes), with or without unionid; who is anonymised in one account and known in another is one person too; anybody else without unionid stays single. Unionids WeChat contradicted itself about stand in wechat.identity_conflicts.';
comment on column wechat.people.unionid is 'The person; null = known in one account only, or in accounts one of which was migrated to the other. After a migration that changed it, the newest one.';
comment on column wechat.people.openid is 'The persons openid when there is no unionid, after migrations the newest one; null otherwise.';
comment on column wechat.people.accounts_followed is 'Accounts the person follows; not one from which the person was migrated.';
comment on column wechat.people.accounts_known is 'Accounts the person follows or followed.';
comment on column wechat.people.first_followed_at is 'First time the person is known to have followed any of them.';
comment on column wechat.people.last_followed_at is 'Newest time the person followed one of them.';
comment on column wechat.people.in_conflict is 'Whether WeChat contradicted itself about one of the persons unionids.';
