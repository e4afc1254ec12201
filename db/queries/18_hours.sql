-- At what hour of the day (Beijing) do people follow?
select extract(hour from followed_at at time zone 'Asia/Shanghai')::int as hour, count(*) as people
from wechat.complete_episodes
group by hour
order by hour;
