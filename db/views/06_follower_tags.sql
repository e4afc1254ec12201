create view wechat.follower_tags as
select a.app_id, a.account, a.openid, tag_id, t.name
from wechat.audience a
cross join unnest(a.tagid_list) tag_id
left join wechat.tags t using (app_id, tag_id)
where a.subscribe;
comment on view wechat.follower_tags is 'One row for every tag of every follower, as of the newest complete run.';
comment on column wechat.follower_tags.app_id is 'Account.';
comment on column wechat.follower_tags.account is 'Its name.';
comment on column wechat.follower_tags.openid is 'The follower.';
comment on column wechat.follower_tags.tag_id is 'Number of the tag.';
comment on column wechat.follower_tags.name is 'Name of the tag; null = WeChat did not name it (see wechat.freshness.not_read).';
