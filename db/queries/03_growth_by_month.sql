-- How much did each account grow, month by month?
select app_id, month, new, returned, net_at_least, net_at_most, followers_at_most
from wechat.growth_by_month
order by app_id, month;
