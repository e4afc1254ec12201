-- The version that replaced another, or the row of now, has the same openid and so lies on the same node.
create or replace view wechat.tag_changes as
with runs as materialized (
    select app_id, stored_at from wechat.complete_runs
), replaced as materialized (
    select v.app_id, v.openid, v.valid_to, v.tagid_list as before, case when w.openid is not null then w.tagid_list else f.tagid_list end as after
    from wechat.follower_versions v
    join runs r on r.app_id = v.app_id
    left join wechat.follower_versions w on w.app_id = v.app_id and w.openid = v.openid and w.valid_from = v.valid_to
    left join wechat.followers f on f.app_id = v.app_id and f.openid = v.openid and f.changed_at = v.valid_to
    where v.valid_to <= r.stored_at and 'tagid_list' = any(v.replaced) and (w.openid is not null or f.openid is not null)
), changes as (
    select app_id, openid, valid_to, 'got' as change, unnest(after) as tag_id, before as other from replaced
    union all
    select app_id, openid, valid_to, 'lost', unnest(before), after from replaced
)
select c.app_id, a.name as account, c.openid, c.valid_to as stored_at, c.change, c.tag_id, t.name
from changes c
left join wechat.tags t on t.app_id = c.app_id and t.tag_id = c.tag_id
left join wechat.accounts a on a.app_id = c.app_id
where c.tag_id <> all (coalesce(c.other, '{}'));
