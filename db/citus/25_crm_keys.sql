create or replace view wechat.crm_keys as
with moved as materialized (
    select distinct from_app_id as app_id, old_openid as openid from wechat.openid_changes where new_openid is not null
), known as materialized (
    select app_id, openid, unionid, subscribe, first_followed_at, subscribe_time
    from wechat.audience
    where unionid is not null and unionid not like 'anon\_%'
)
select unionid, jsonb_object_agg(app_id, openid order by subscribe) as openids,
       array_agg(app_id order by app_id) filter (where subscribe and (app_id, openid) not in (select app_id, openid from moved)) as accounts_followed,
       min(coalesce(first_followed_at, subscribe_time)) as first_followed_at, max(subscribe_time) as last_followed_at
from known
group by unionid;
