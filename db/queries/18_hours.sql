-- At what hour of the day (Beijing) do people follow?
-- 人们在一天中的几点（北京时间）关注？
select extract(hour from followed_at at time zone 'Asia/Shanghai')::int as hour, count(*) as follows
from wechat.complete_episodes
where followed_at is not null
group by hour
order by hour;
