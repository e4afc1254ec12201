create view wechat.complete_history as
select r.app_id, v.openid, v.valid_from, case when v.valid_to <= r.stored_at then v.valid_to end as valid_to, v.subscribe, v.groupid, v.tagid_list
from wechat.complete_runs r
join wechat.follower_versions v on v.app_id = r.app_id and v.valid_from <= r.stored_at
union all
select r.app_id, f.openid, f.changed_at, null, f.subscribe, f.groupid, f.tagid_list
from wechat.complete_runs r
join wechat.followers f on f.app_id = r.app_id and f.changed_at <= r.stored_at;
comment on view wechat.complete_history is 'Groups and tags of wechat.follower_history as of the newest complete run.';
comment on column wechat.complete_history.app_id is 'Account.';
comment on column wechat.complete_history.openid is 'The person.';
comment on column wechat.complete_history.valid_from is 'When FollowerSync stored this version.';
comment on column wechat.complete_history.valid_to is 'When the next version replaced it; null = it was current when the run ended.';
comment on column wechat.complete_history.subscribe is 'Whether the person followed.';
comment on column wechat.complete_history.groupid is 'Legacy group.';
comment on column wechat.complete_history.tagid_list is 'Tags.';
