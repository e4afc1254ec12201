-- At what hour of the day (Beijing) do people leave, and how long had they followed? Only leaves of which WeChat told the second are counted.
-- 人们在一天中的几点（北京时间）取消关注？之前关注了多久？（只统计微信推送了准确时刻的取消关注。）
select extract(hour from unfollowed_before at time zone 'Asia/Shanghai')::int as hour, count(*) as people,
       percentile_disc(0.5) within group (order by unfollowed_before - followed_at) as half_had_followed_at_most
from wechat.complete_episodes
where source = 'event' and unfollowed_after = unfollowed_before
group by hour
order by hour;
