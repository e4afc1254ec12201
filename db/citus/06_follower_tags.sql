create or replace view wechat.follower_tags as
with tagged as materialized (
    select app_id, account, openid, tagid_list from wechat.audience where subscribe and tagid_list <> '{}'
)
select a.app_id, a.account, a.openid, tag_id, t.name
from tagged a
cross join unnest(a.tagid_list) tag_id
left join wechat.tags t using (app_id, tag_id);
