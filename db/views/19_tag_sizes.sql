create view wechat.tag_sizes as
with months as (
    select app_id, tag_id, date_trunc('month', day)::date as month, sum(net) as net
    from wechat.daily_tags
    group by 1, 2, 3
    having sum(net) <> 0
)
select m.app_id, k.account, m.tag_id, n.name, m.month, k.complete_as_of as seen_until,
       sum(m.net) over (partition by m.app_id, m.tag_id order by m.month)::bigint as people
from months m
join wechat.known_days k using (app_id)
left join wechat.tags n on n.app_id = m.app_id and n.tag_id = m.tag_id;
comment on view wechat.tag_sizes is 'Followers with every tag at the end of every month in which their number changed, as stored by then, from the day FollowerSync first saw them. What changed after the last look of a month counts in the next one.';
comment on column wechat.tag_sizes.app_id is 'Account.';
comment on column wechat.tag_sizes.account is 'Its name.';
comment on column wechat.tag_sizes.tag_id is 'The tag.';
comment on column wechat.tag_sizes.name is 'Its name; null = WeChat did not name it.';
comment on column wechat.tag_sizes.month is 'First day of the month.';
comment on column wechat.tag_sizes.seen_until is 'When the newest complete run looked: the newest row tells how it was then.';
comment on column wechat.tag_sizes.people is 'Followers with the tag at its end, or now.';
