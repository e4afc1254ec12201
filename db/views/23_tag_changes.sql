-- Of each version whose tags were replaced, the version after it: by the primary keys, since the next one begins when this one ends.
create view wechat.tag_changes as
select v.app_id, a.name as account, v.openid, v.valid_to as stored_at, c.change, c.tag_id, t.name
from wechat.complete_runs r
join wechat.follower_versions v on v.app_id = r.app_id and v.valid_to <= r.stored_at and 'tagid_list' = any(v.replaced)
join lateral (
    select w.tagid_list from wechat.follower_versions w where w.app_id = v.app_id and w.openid = v.openid and w.valid_from = v.valid_to
    union all
    select f.tagid_list from wechat.followers f where f.app_id = v.app_id and f.openid = v.openid and f.changed_at = v.valid_to
    limit 1) n on true
cross join lateral (
    select 'got' as change, tag_id from unnest(n.tagid_list) tag_id where tag_id <> all (coalesce(v.tagid_list, '{}'))
    union all
    select 'lost', tag_id from unnest(v.tagid_list) tag_id where tag_id <> all (coalesce(n.tagid_list, '{}'))) c
left join wechat.tags t on t.app_id = v.app_id and t.tag_id = c.tag_id
left join wechat.accounts a on a.app_id = v.app_id;
comment on view wechat.tag_changes is 'Who got or lost a tag, and when that was stored: one row a person and tag. What tags somebody had when first seen is in the oldest version of wechat.follower_history.';
comment on column wechat.tag_changes.app_id is 'Account.';
comment on column wechat.tag_changes.account is 'Its name.';
comment on column wechat.tag_changes.openid is 'The person.';
comment on column wechat.tag_changes.stored_at is 'When FollowerSync stored the change; it happened since the look before.';
comment on column wechat.tag_changes.change is 'got or lost.';
comment on column wechat.tag_changes.tag_id is 'The tag.';
comment on column wechat.tag_changes.name is 'Its name; null = WeChat did not name it.';
