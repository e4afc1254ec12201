-- How did the groups grow?
select app_id, groupid, name, month, people
from wechat.group_sizes
order by app_id, groupid, month;
