-- How many people followed each account at the end of a day in the past (here: thirty days ago, Beijing)?
-- 过去某一天（此处为北京时间三十天前）结束时，每个公众号有多少粉丝？
select a.app_id, a.name, d.day, f.followers_at_least, f.followers_at_most, f.known_from
from wechat.accounts a
cross join lateral (select (now() at time zone 'Asia/Shanghai')::date - 30 as day) d
cross join lateral wechat.followers_on(a.app_id, d.day) f
order by a.app_id;
