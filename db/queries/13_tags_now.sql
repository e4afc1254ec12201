-- How many followers has each tag, and does it still exist?
-- 每个标签有多少粉丝？标签还在吗？
select t.app_id, t.tag_id, t.name, t.ended_at is null as exists, count(f.openid) as followers
from wechat.tags t
left join wechat.follower_tags f using (app_id, tag_id)
group by t.app_id, t.tag_id, t.name, t.ended_at
order by t.app_id, followers desc, t.tag_id;
