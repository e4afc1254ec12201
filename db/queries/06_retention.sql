-- Of those who followed in a month, how many percent still followed 30, 90 and 180 days later, at the most?
-- 某月关注的人，30、90、180 天后最多还剩百分之几？
select app_id, cohort, follows,
       round(100.0 * kept_30_at_most / nullif(due_30, 0), 1) as kept_30,
       round(100.0 * kept_90_at_most / nullif(due_90, 0), 1) as kept_90,
       round(100.0 * kept_180_at_most / nullif(due_180, 0), 1) as kept_180
from wechat.retention
order by app_id, cohort;
