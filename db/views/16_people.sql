-- Nearly everybody is told by the row alone: who has a unionid is grouped by it, in the order of its index, and who has none is alone. Only who was
-- migrated to another account, is anonymised in one and known in another, or was changed after the newest complete run, is told by more than the row:
-- those unionids and openids are "related". So a question about one unionid reads one person, and one about everybody sorts nothing.
--
-- Rows are taken as of the newest complete run like those of wechat.audience, but not through it: behind its two halves the planner knows neither how many
-- people there are nor that an index has them in order. Accounts are sorted afterwards, for the few who follow more than one.
create view wechat.people as
with runs as materialized (
    select array_agg(app_id) as app_ids, array_agg(stored_at) as stored_at, tstzrange(min(stored_at), max(stored_at), '[]') as ends
    from wechat.complete_runs
), replaced as materialized (
    select v.app_id, v.openid, v.unionid, v.subscribe, v.subscribe_time, v.first_followed_at
    from runs r
    join wechat.follower_versions v on tstzrange(v.valid_from, v.valid_to) && r.ends
    where r.stored_at[array_position(r.app_ids, v.app_id)] >= v.valid_from and r.stored_at[array_position(r.app_ids, v.app_id)] < v.valid_to
), moved as materialized (
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
), related_openids as materialized (
    select app_id, openid from moved
    union
    select app_id, openid from arrived
    union
    select app_id, openid from replaced
), related_unionids as materialized (
    select unionid from replaced where unionid is not null
    union
    select unionid from moved where unionid is not null
    union
    select last_unionid from moved where last_unionid is not null
    union
    select pseudonym from followersync.anonymous_unionids
    union
    select unionid from followersync.anonymous_unionids
), related as materialized (
    select app_id, openid, unionid, subscribe, subscribe_time, first_followed_at
    from replaced
    union all
    select f.app_id, f.openid, f.unionid, f.subscribe, f.subscribe_time, f.first_followed_at
    from related_unionids r
    cross join lateral (select * from wechat.followers f where f.unionid = r.unionid offset 0) f
    where f.changed_at <= (select stored_at from runs)[array_position((select app_ids from runs), f.app_id)]
    union all
    select f.app_id, f.openid, null, f.subscribe, f.subscribe_time, f.first_followed_at
    from related_openids r
    cross join lateral (select * from wechat.followers f where f.app_id = r.app_id and f.openid = r.openid limit 1) f
    where f.unionid is null and f.changed_at <= (select stored_at from runs)[array_position((select app_ids from runs), f.app_id)]
), contradicted as materialized (
    select coalesce(a.unionid, r.new_unionid, f.unionid, m.last_openid, f.openid) as person
    from wechat.identity_conflicts c
    join wechat.followers f on f.app_id = c.app_id and f.openid = c.openid
    left join moved m on m.app_id = f.app_id and m.openid = f.openid
    left join arrived a on a.app_id = coalesce(m.last_app_id, f.app_id) and a.openid = coalesce(m.last_openid, f.openid)
    left join renamed r on r.unionid = f.unionid
)
select unionid, openid,
       case when cardinality(accounts_followed) > 1 then (select array_agg(a order by a) from unnest(accounts_followed) a) else accounts_followed end as accounts_followed,
       case when cardinality(accounts_known) > 1 then (select array_agg(a order by a) from unnest(accounts_known) a) else accounts_known end as accounts_known,
       first_followed_at, last_followed_at, coalesce(unionid, openid) in (select person from contradicted) as in_conflict
from (
    select p.*
    from (
        select unionid, null::text collate "C" as openid, array_agg(app_id) filter (where subscribe) as accounts_followed, array_agg(app_id) as accounts_known,
               min(coalesce(first_followed_at, subscribe_time)) as first_followed_at, max(subscribe_time) as last_followed_at
        from wechat.followers f
        where unionid is not null and f.changed_at <= (select stored_at from runs)[array_position((select app_ids from runs), f.app_id)]
        group by unionid) p
    where not exists (select 1 from related_unionids r where r.unionid = p.unionid)
    union all
    select null, f.openid, case when f.subscribe then array[f.app_id] end, array[f.app_id], coalesce(f.first_followed_at, f.subscribe_time), f.subscribe_time
    from wechat.followers f
    where f.unionid is null and f.changed_at <= (select stored_at from runs)[array_position((select app_ids from runs), f.app_id)]
      and not exists (select 1 from related_openids r where r.app_id = f.app_id and r.openid = f.openid)
    union all
    select unionid, case when unionid is null then openid end,
           array_agg(app_id) filter (where subscribe and not is_moved), array_agg(app_id), min(first_followed_at), max(subscribe_time)
    from (
        select f.app_id, f.subscribe, f.subscribe_time, coalesce(f.first_followed_at, f.subscribe_time) as first_followed_at, m.openid is not null as is_moved,
               coalesce(a.unionid, r.new_unionid, l.unionid, f.unionid) as unionid, coalesce(m.last_app_id, f.app_id) as last_app_id, coalesce(m.last_openid, f.openid) as openid
        from related f
        left join moved m on m.app_id = f.app_id and m.openid = f.openid
        left join arrived a on a.app_id = coalesce(m.last_app_id, f.app_id) and a.openid = coalesce(m.last_openid, f.openid)
        left join renamed r on r.unionid = f.unionid
        left join followersync.anonymous_unionids l on l.pseudonym = f.unionid) known
    group by unionid, case when unionid is null then openid end, case when unionid is null then last_app_id end) people;
comment on view wechat.people is 'One row a person, across accounts: people with one unionid are one, and so is who was migrated from one account to another (wechat.openid_changes), with or without unionid; who is anonymised in one account and known in another is one person too; anybody else without unionid stays single. Unionids WeChat contradicted itself about stand in wechat.identity_conflicts.';
comment on column wechat.people.unionid is 'The person; null = known in one account only, or in accounts one of which was migrated to the other. After a migration that changed it, the newest one.';
comment on column wechat.people.openid is 'The persons openid when there is no unionid, after migrations the newest one; null otherwise.';
comment on column wechat.people.accounts_followed is 'Accounts the person follows; not one from which the person was migrated.';
comment on column wechat.people.accounts_known is 'Accounts the person follows or followed.';
comment on column wechat.people.first_followed_at is 'First time the person is known to have followed any of them.';
comment on column wechat.people.last_followed_at is 'Newest time the person followed one of them.';
comment on column wechat.people.in_conflict is 'Whether WeChat contradicted itself about one of the persons unionids.';
