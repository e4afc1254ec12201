-- What changes about people, and how often?
-- 粉丝的哪些信息会变？变得有多频繁？
select app_id, unnest(replaced) as what, count(*) as times, count(distinct openid) as people
from wechat.follower_versions
group by app_id, what
order by times desc, app_id, what;
