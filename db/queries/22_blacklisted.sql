-- Who is on the blacklist, since when, and do they still follow?
-- 黑名单里有谁？从什么时候起？他们还在关注吗？
select app_id, openid, blacklisted_at, subscribe
from wechat.audience
where blacklisted
order by app_id, blacklisted_at, openid;
