-- How much did each account grow, month by month?
-- 每个公众号逐月增长了多少？
select app_id, month, new, returned, net_at_least, net_at_most, followers_at_most
from wechat.growth_by_month
order by app_id, month;
