-- Who came back, how often, and after how long a break?
-- 谁回来了、几次、隔了多久？
select app_id, openid, count(*) - 1 as returns, max(pause) as longest_break_at_least
from (
    select app_id, openid, coalesce(followed_at, followed_after) - lag(unfollowed_before) over (partition by app_id, openid order by coalesce(followed_at, followed_before)) as pause
    from wechat.follow_episodes
) e
group by app_id, openid
having count(*) > 1
order by returns desc, app_id, openid;
