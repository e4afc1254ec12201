-- How did the groups grow?
-- 各分组的人数如何增长？
select app_id, groupid, name, month, people
from wechat.group_sizes
order by app_id, groupid, month;
