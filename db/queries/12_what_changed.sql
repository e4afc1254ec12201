-- What changes about people, and how often?
select app_id, unnest(replaced) as what, count(*) as times, count(distinct openid) as people
from wechat.follower_versions
group by app_id, what
order by times desc, app_id, what;
