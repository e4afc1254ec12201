-- How many people follow each account now, and as of when is that known?
-- 现在每个公众号有多少粉丝？截至什么时候？
select f.account, case when f.complete_as_of is not null then count(*) filter (where a.subscribe) end as followers, f.complete_as_of
from wechat.freshness f
left join wechat.audience a using (app_id)
group by f.app_id, f.account, f.complete_as_of
order by f.account;
