-- What share of its followers does each account lose a month, at least and at most?
-- 每个公众号每月流失的粉丝占多大比例（至少、至多）？
select app_id, month, left_at_least, left_at_most, round(100 * rate_at_least, 2) as percent_at_least, round(100 * rate_at_most, 2) as percent_at_most
from wechat.churn
order by app_id, month;
