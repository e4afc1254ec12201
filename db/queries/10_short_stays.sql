-- How many people left within a day of following, by how they came?
select app_id, scene, count(*) as left_within_a_day
from wechat.complete_episodes
where unfollowed_before <= followed_at + interval '1 day'
group by app_id, scene
order by left_within_a_day desc;
