create view wechat.group_sizes as
with months as (
    select app_id, groupid, date_trunc('month', day)::date as month, sum(net) as net
    from wechat.daily_groups
    group by 1, 2, 3
    having sum(net) <> 0
)
select m.app_id, k.account, m.groupid, n.name, m.month, k.complete_as_of as seen_until,
       sum(m.net) over (partition by m.app_id, m.groupid order by m.month)::bigint as people
from months m
join wechat.known_days k using (app_id)
left join wechat.groups n on n.app_id = m.app_id and n.groupid = m.groupid;
comment on view wechat.group_sizes is 'Followers of every legacy group at the end of every month in which their number changed, as stored by then, from the day FollowerSync first saw them. What changed after the last look of a month counts in the next one.';
comment on column wechat.group_sizes.app_id is 'Account.';
comment on column wechat.group_sizes.account is 'Its name.';
comment on column wechat.group_sizes.groupid is 'The group.';
comment on column wechat.group_sizes.name is 'Its name; null = WeChat did not name it.';
comment on column wechat.group_sizes.month is 'First day of the month.';
comment on column wechat.group_sizes.seen_until is 'When the newest complete run looked: the newest row tells how it was then.';
comment on column wechat.group_sizes.people is 'Followers in the group at its end, or now.';
