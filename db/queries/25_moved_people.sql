-- An account of ours was migrated to another one. When did its people follow, before and after?
-- 我们的一个公众号迁移到了另一个公众号。它的用户在迁移前后分别是什么时候关注的？
select distinct s.last_openid as person, e.app_id, e.followed_at, e.unfollowed_before
from wechat.openid_successors s
join wechat.follow_episodes e on (e.app_id, e.openid) in ((s.app_id, s.openid), (s.last_app_id, s.last_openid))
order by person, followed_at, e.app_id
limit 100;
