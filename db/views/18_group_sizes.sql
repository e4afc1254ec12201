create view wechat.group_sizes as
with spells as materialized (
    select app_id, groupid, date_trunc('month', valid_from at time zone interval '8 hours')::date as since,
           date_trunc('month', valid_to at time zone interval '8 hours')::date as until, count(*) as people
    from wechat.complete_history
    where subscribe
    group by 1, 2, 3, 4
), moves as (
    select app_id, groupid, since as month, people from spells
    union all
    select app_id, groupid, until, -people from spells where until is not null
)
select m.app_id, m.groupid, m.month, sum(sum(m.people)) over (partition by m.app_id, m.groupid order by m.month)::bigint as people, g.name
from moves m
left join wechat.groups g on g.app_id = m.app_id and g.group_id = m.groupid
group by m.app_id, m.groupid, g.name, m.month;
comment on view wechat.group_sizes is 'Followers of every legacy group at the end of every month in which one came or went, from the day FollowerSync first saw them.';
comment on column wechat.group_sizes.app_id is 'Account.';
comment on column wechat.group_sizes.groupid is 'The group.';
comment on column wechat.group_sizes.month is 'First day of the month.';
comment on column wechat.group_sizes.people is 'Followers in the group at its end, or now.';
comment on column wechat.group_sizes.name is 'Its name; null = WeChat did not name it.';
