select f.app_id, a.account, coalesce(f.scene, 'not told') as scene, count(*) as people, count(*) filter (where f.is_following) as following
from {{ ref('stg_wechat__followers') }} f
join {{ ref('stg_wechat__accounts') }} a on a.app_id = f.app_id
group by f.app_id, a.account, coalesce(f.scene, 'not told')
