-- How did followers, new and lost people develop over the last thirty days?
-- 最近三十天的粉丝数、新增和流失如何变化？
select app_id, day, followers_at_least, followers_at_most, new, returned, left_at_least, left_at_most
from wechat.daily_totals
where day > (now() at time zone 'Asia/Shanghai')::date - 30
order by app_id, day;
