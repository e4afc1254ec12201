-- Who once followed one of our accounts and follows none of them now?
-- 谁曾经关注过我们的公众号，现在一个也不关注？
select unionid, openid, accounts_known, first_followed_at, last_followed_at
from wechat.people
where accounts_followed is null
order by last_followed_at desc nulls last, unionid, openid
limit 100;
