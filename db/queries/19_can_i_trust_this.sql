-- How complete and how old is what I see, and what is missing?
-- 我看到的数据有多完整、多新，还缺什么？
select account, complete_as_of, age, rejected, held, not_confirmed_since, why
from wechat.freshness
order by account;
