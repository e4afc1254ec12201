-- How many followers have each tag, and how many have none?
-- 每个标签有多少粉丝？没有标签的有多少？
select app_id, tag_id, count(*) as followers
from wechat.audience
left join lateral unnest(tagid_list) as t (tag_id) on true
where subscribe
group by app_id, tag_id
order by app_id, followers desc, tag_id;
