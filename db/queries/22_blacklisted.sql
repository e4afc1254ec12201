-- Who is on the blacklist, since when, and do they still follow?
select app_id, openid, blacklisted_at, subscribe
from wechat.audience
where blacklisted
order by app_id, blacklisted_at, openid;
