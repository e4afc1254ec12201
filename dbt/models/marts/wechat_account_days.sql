-- Growth of every account by day, as bounds; the least growth is from the most there may have been the day before.
select d.app_id, a.account, d.day, d.followers_at_least, d.followers_at_most, d.followed, d.left_at_least, d.left_at_most,
       d.followers_at_least - lag(d.followers_at_most) over (partition by d.app_id order by d.day) as net_at_least,
       d.followers_at_most - lag(d.followers_at_least) over (partition by d.app_id order by d.day) as net_at_most
from {{ ref('stg_wechat__days') }} d
join {{ ref('stg_wechat__accounts') }} a on a.app_id = d.app_id
