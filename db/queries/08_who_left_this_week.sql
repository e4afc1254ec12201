-- Who has left during the last seven days, and how long had they followed?
-- 最近七天谁取消了关注？之前关注了多久？
select app_id, openid, subscribe_scene, unfollowed_after, unfollowed_before, unfollowed_before - subscribe_time as followed_at_most
from wechat.audience
where not subscribe and unfollowed_before > now() - interval '7 days'
order by unfollowed_before desc, app_id, openid;
