-- What did the last runs do, and how long did they take?
-- 最近几次同步做了什么，用了多久？
select run_id, trigger, status, started_at, finished_at - started_at as took, listed, added, changed, unsubscribed, rejected, api_calls, error
from wechat.sync_runs
order by run_id desc
limit 20;
