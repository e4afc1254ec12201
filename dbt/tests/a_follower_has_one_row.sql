select app_id, openid, count(*) as rows
from {{ ref('stg_wechat__followers') }}
group by app_id, openid
having count(*) > 1
