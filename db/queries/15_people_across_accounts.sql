-- How many people follow one, two, three … of our accounts?
select coalesce(cardinality(accounts_followed), 0) as accounts, count(*) as people
from wechat.people
group by accounts
order by accounts;
