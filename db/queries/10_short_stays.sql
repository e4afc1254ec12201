-- How many follows surely lasted no longer than two days, by how they came?
-- 关注后两天之内肯定已经取消关注的有多少人次（按来源）？
select app_id, scene, count(*) as left_within_two_days
from wechat.complete_episodes
where unfollowed_before <= followed_after + interval '2 days'
group by app_id, scene
order by left_within_two_days desc, app_id, scene;
