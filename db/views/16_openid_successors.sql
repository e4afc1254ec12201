-- An account may be migrated more than once. Eight times is more than anybody does; a circle, which WeChat cannot make, ends there.
create view wechat.openid_successors as
with recursive hop as (
    select from_app_id as app_id, old_openid as openid, to_app_id, new_openid, 1 as migrations
    from wechat.openid_changes
    where new_openid is not null
    union all
    select h.app_id, h.openid, c.to_app_id, c.new_openid, h.migrations + 1
    from hop h
    join wechat.openid_changes c on c.from_app_id = h.to_app_id and c.old_openid = h.new_openid
    where c.new_openid is not null and h.migrations < 8
)
select distinct on (h.app_id, h.openid) h.app_id, a.name as account, h.openid, h.to_app_id as last_app_id, l.name as last_account, h.new_openid as last_openid, h.migrations
from hop h
left join wechat.accounts a on a.app_id = h.app_id
left join wechat.accounts l on l.app_id = h.to_app_id
order by h.app_id, h.openid, h.migrations desc, h.to_app_id, h.new_openid;
comment on view wechat.openid_successors is 'People of accounts that were migrated, and by which openid they are known now: join follow_episodes, follower_history or scans with it to follow a person from account to account.';
comment on column wechat.openid_successors.app_id is 'Account migrated from.';
comment on column wechat.openid_successors.account is 'Its name.';
comment on column wechat.openid_successors.openid is 'The person there.';
comment on column wechat.openid_successors.last_app_id is 'Account the person was migrated to, by the last of several migrations.';
comment on column wechat.openid_successors.last_account is 'Its name.';
comment on column wechat.openid_successors.last_openid is 'The person there. Whether the person follows it says wechat.followers.';
comment on column wechat.openid_successors.migrations is 'How many migrations lie between.';
