create or replace view wechat.crm_keys as
with moved as materialized (
    select distinct from_app_id as app_id, old_openid as openid from wechat.openid_changes where new_openid is not null
), known as materialized (
    select app_id, openid, unionid, subscribe, first_followed_at, subscribe_time
    from wechat.audience
    where unionid is not null and unionid not like 'anon\_%'
)
select k.unionid, jsonb_object_agg(k.app_id, k.openid order by k.subscribe) as openids,
       array_agg(k.app_id order by k.app_id) filter (where k.subscribe and m.openid is null) as accounts_followed,
       min(coalesce(k.first_followed_at, k.subscribe_time)) as first_followed_at, max(k.subscribe_time) as last_followed_at
from known k
left join moved m on m.app_id = k.app_id and m.openid = k.openid
group by k.unionid;
