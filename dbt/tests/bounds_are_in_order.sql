select app_id, day, followers_at_least, followers_at_most, left_at_least, left_at_most
from {{ ref('stg_wechat__days') }}
where followers_at_least > followers_at_most or left_at_least > left_at_most
