-- Nothing is looked up one by one; so a question about one person reads everybody, which it does not on one table.
create or replace view wechat.people as
with runs as materialized (
    select array_agg(app_id) as app_ids, array_agg(stored_at) as stored_at, tstzrange(min(stored_at), max(stored_at), '[]') as ends
    from wechat.complete_runs
), replaced as materialized (
    select v.app_id, v.openid, v.unionid, v.subscribe, v.subscribe_time, v.first_followed_at
    from runs r
    join wechat.follower_versions v on tstzrange(v.valid_from, v.valid_to) && r.ends
    where r.stored_at[array_position(r.app_ids, v.app_id)] >= v.valid_from and r.stored_at[array_position(r.app_ids, v.app_id)] < v.valid_to
), successors as materialized (
    select app_id, openid, last_app_id, last_openid from wechat.openid_successors
), named as materialized (
    select app_id, openid, unionid
    from wechat.followers
    where app_id = any(array(select app_id from successors union select last_app_id from successors))
      and openid = any(array(select openid from successors union select last_openid from successors))
), moved as materialized (
    select s.app_id, s.openid, s.last_app_id, s.last_openid, o.unionid, n.unionid as last_unionid
    from successors s
    left join named o on o.app_id = s.app_id and o.openid = s.openid
    left join named n on n.app_id = s.last_app_id and n.openid = s.last_openid
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
    from wechat.followers f
    where f.unionid = any(array(select unionid from related_unionids)) and f.changed_at <= (select stored_at from runs)[array_position((select app_ids from runs), f.app_id)]
    union all
    select f.app_id, f.openid, null, f.subscribe, f.subscribe_time, f.first_followed_at
    from wechat.followers f
    join related_openids r on r.app_id = f.app_id and r.openid = f.openid
    where f.openid = any(array(select openid from related_openids)) and f.unionid is null and f.changed_at <= (select stored_at from runs)[array_position((select app_ids from runs), f.app_id)]
), conflicts as materialized (
    select distinct app_id, openid from wechat.identity_conflicts
), conflicting as materialized (
    select app_id, openid, unionid
    from wechat.followers
    where app_id = any(array(select app_id from conflicts)) and openid = any(array(select openid from conflicts))
), contradicted as materialized (
    select coalesce(a.unionid, r.new_unionid, f.unionid, m.last_openid, f.openid) as person
    from conflicts c
    join conflicting f on f.app_id = c.app_id and f.openid = c.openid
    left join moved m on m.app_id = f.app_id and m.openid = f.openid
    left join arrived a on a.app_id = coalesce(m.last_app_id, f.app_id) and a.openid = coalesce(m.last_openid, f.openid)
    left join renamed r on r.unionid = f.unionid
), grouped as materialized (
    select unionid, array_agg(app_id) filter (where subscribe) as accounts_followed, array_agg(app_id) as accounts_known,
           min(coalesce(first_followed_at, subscribe_time)) as first_followed_at, max(subscribe_time) as last_followed_at
    from wechat.followers f
    where unionid is not null and f.changed_at <= (select stored_at from runs)[array_position((select app_ids from runs), f.app_id)]
    group by unionid
), alone as materialized (
    select f.app_id, f.openid, f.subscribe, f.first_followed_at, f.subscribe_time
    from wechat.followers f
    left join related_openids r on r.app_id = f.app_id and r.openid = f.openid
    where f.unionid is null and r.openid is null and f.changed_at <= (select stored_at from runs)[array_position((select app_ids from runs), f.app_id)]
)
select unionid, openid,
       case when cardinality(accounts_followed) > 1 then (select array_agg(a order by a) from unnest(accounts_followed) a) else accounts_followed end as accounts_followed,
       case when cardinality(accounts_known) > 1 then (select array_agg(a order by a) from unnest(accounts_known) a) else accounts_known end as accounts_known,
       first_followed_at, last_followed_at, coalesce(unionid, openid) in (select person from contradicted) as in_conflict
from (
    select p.unionid, null::text collate "C" as openid, p.accounts_followed, p.accounts_known, p.first_followed_at, p.last_followed_at
    from grouped p
    left join related_unionids r on r.unionid = p.unionid
    where r.unionid is null
    union all
    select null, f.openid, case when f.subscribe then array[f.app_id] end, array[f.app_id], coalesce(f.first_followed_at, f.subscribe_time), f.subscribe_time
    from alone f
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
