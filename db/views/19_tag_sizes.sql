-- Counts people by their whole list of tags first: there are far fewer lists than people.
create view wechat.tag_sizes as
with spells as materialized (
    select app_id, tagid_list, date_trunc('month', valid_from at time zone interval '8 hours')::date as since,
           date_trunc('month', valid_to at time zone interval '8 hours')::date as until, count(*) as people
    from wechat.complete_history
    where subscribe and cardinality(tagid_list) > 0
    group by 1, 2, 3, 4
), moves as (
    select app_id, tag_id, since as month, people from spells, unnest(tagid_list) tag_id
    union all
    select app_id, tag_id, until, -people from spells, unnest(tagid_list) tag_id where until is not null
)
select m.app_id, m.tag_id, m.month, sum(sum(m.people)) over (partition by m.app_id, m.tag_id order by m.month)::bigint as people, t.name
from moves m
left join wechat.tags t on t.app_id = m.app_id and t.tag_id = m.tag_id
group by m.app_id, m.tag_id, t.name, m.month;
comment on view wechat.tag_sizes is 'Followers with every tag at the end of every month in which one came or went, from the day FollowerSync first saw them.';
comment on column wechat.tag_sizes.app_id is 'Account.';
comment on column wechat.tag_sizes.tag_id is 'The tag.';
comment on column wechat.tag_sizes.month is 'First day of the month.';
comment on column wechat.tag_sizes.people is 'Followers with the tag at its end, or now.';
comment on column wechat.tag_sizes.name is 'Its name; null = WeChat did not name it.';
