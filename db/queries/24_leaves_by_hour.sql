-- At what hour of the day (Beijing) did people leave, as far as WeChat told the second, and how long had they followed?
-- 按微信推送的准确时刻，人们在一天中的几点（北京时间）取消关注？之前关注了多久？
select extract(hour from unfollowed_before at time zone 'Asia/Shanghai')::int as hour, count(*) as people,
       percentile_disc(0.5) within group (order by unfollowed_before - followed_at) as half_had_followed_at_most
from wechat.complete_episodes
where source = 'event' and unfollowed_after = unfollowed_before
group by hour
order by hour;
