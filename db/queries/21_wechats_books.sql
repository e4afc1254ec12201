-- Do our totals agree with WeChat's own books, day by day, and if not, why?
-- 我们的数字与微信自己的统计逐日一致吗？不一致的原因是什么？
select app_id, day, new, new_user, left_at_least, left_at_most, cancel_user, followers_at_least, followers_at_most, cumulate_user, difference, difference_why
from wechat.daily_totals
where day > (now() at time zone 'Asia/Shanghai')::date - 8
order by app_id, day;
