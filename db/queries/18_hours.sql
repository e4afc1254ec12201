-- At what hour of the day (Beijing) do people follow?
-- 人们在一天中的几点（北京时间）关注？
select extract(hour from followed_at at time zone 'Asia/Shanghai')::int as hour, count(*) as people
from wechat.complete_episodes
group by hour
order by hour;
