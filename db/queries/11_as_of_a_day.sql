-- How many people followed on a day in the past (here: at the end of yesterday, Beijing), by group?
-- 过去某一天（此处为北京时间昨天结束时）各分组有多少粉丝？
select app_id, groupid, count(*) as followers
from wechat.follower_history
where valid_from <= date_trunc('day', now() at time zone 'Asia/Shanghai') at time zone 'Asia/Shanghai'
  and (valid_to > date_trunc('day', now() at time zone 'Asia/Shanghai') at time zone 'Asia/Shanghai' or valid_to is null)
  and subscribe
group by app_id, groupid
order by app_id, groupid;
