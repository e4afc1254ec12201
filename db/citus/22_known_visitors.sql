create or replace view wechat.known_visitors as
with visitors as materialized (
    select app_id, openid, unionid, first_seen_at, last_seen_at, visits, subscribed from wechat.visitors
), found as materialized (
    select app_id, openid, unionid, subscribe, subscribe_time
    from wechat.followers
    where app_id = any(array(select app_id from visitors)) and openid = any(array(select openid from visitors))
), people as materialized (
    select v.app_id, v.openid, coalesce(v.unionid, f.unionid) as unionid, v.first_seen_at, v.last_seen_at, v.visits, v.subscribed, f.subscribe, f.subscribe_time
    from visitors v
    left join found f on f.app_id = v.app_id and f.openid = v.openid
), moved as materialized (
    select distinct from_app_id as app_id, old_openid as openid from wechat.openid_changes where new_openid is not null
), following as materialized (
    select unionid, app_id, openid from wechat.followers where unionid = any(array(select unionid from people)) and subscribe
), others as materialized (
    select f.unionid, array_agg(f.app_id order by f.app_id) as accounts_followed
    from following f
    left join moved m on m.app_id = f.app_id and m.openid = f.openid
    where m.openid is null
    group by f.unionid
)
select p.app_id, a.name as account, p.openid, p.unionid, p.first_seen_at, p.last_seen_at, p.visits, coalesce(p.subscribe, p.subscribed) as subscribe, p.subscribe_time,
       case when p.unionid is null then case when p.subscribe and m.openid is null then array[p.app_id] end else o.accounts_followed end as accounts_followed
from people p
left join moved m on m.app_id = p.app_id and m.openid = p.openid
left join others o on o.unionid = p.unionid
left join wechat.accounts a on a.app_id = p.app_id;
