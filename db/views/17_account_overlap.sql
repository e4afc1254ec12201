create view wechat.account_overlap as
select c.app_id, a.name as account, c.other_app_id, o.name as other_account, c.people
from (
    select one.app_id, other.app_id as other_app_id, count(*) as people
    from wechat.people p,
        lateral (select distinct unnest(p.accounts_followed) as app_id) one, lateral (select distinct unnest(p.accounts_followed) as app_id) other
    where p.unionid is not null and cardinality(p.accounts_followed) > 1 and other.app_id > one.app_id
    group by 1, 2) c
left join wechat.accounts a on a.app_id = c.app_id
left join wechat.accounts o on o.app_id = c.other_app_id;
comment on view wechat.account_overlap is 'How many people follow both of two accounts, told by their unionids. Who was migrated from one to the other does not follow the old one.';
comment on column wechat.account_overlap.app_id is 'One account.';
comment on column wechat.account_overlap.account is 'Its name.';
comment on column wechat.account_overlap.other_app_id is 'The other.';
comment on column wechat.account_overlap.other_account is 'Its name.';
comment on column wechat.account_overlap.people is 'People who follow both.';
