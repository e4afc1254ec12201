-- How many people follow one, two, three … of our accounts?
-- 有多少人同时关注我们的一个、两个、三个……公众号？
select coalesce(cardinality(accounts_followed), 0) as accounts, count(*) as people
from wechat.people
group by accounts
order by accounts;
