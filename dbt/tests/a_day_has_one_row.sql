select app_id, day, count(*) as rows
from {{ ref('stg_wechat__days') }}
group by app_id, day
having count(*) > 1
