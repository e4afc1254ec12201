-- The ranges of an account lie in one array, in which the place of an openid is searched: its range is the first that does not end before it. An end is
-- inclusive, which the character behind it says.
create or replace view wechat.confirmed_followers as
with refused as materialized (
    select app_id, openid from followersync.rejected_openids
), ranges as materialized (
    select app_id, array_agg(last_openid || chr(1) order by last_openid) as ends, array_agg(confirmed_at order by last_openid) as times
    from followersync.confirmations
    group by app_id
)
select f.app_id, f.openid, f.subscribe,
       case when not f.subscribe then f.changed_at when r.openid is null then greatest(f.answered_at, c.times[width_bucket(f.openid, c.ends) + 1], f.first_seen_at) else greatest(f.answered_at, f.first_seen_at) end as confirmed_at
from wechat.followers f
left join refused r on r.app_id = f.app_id and r.openid = f.openid
left join ranges c on c.app_id = f.app_id;
