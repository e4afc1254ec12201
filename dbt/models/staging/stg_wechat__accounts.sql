select a.app_id, a.name as account, f.complete_as_of, f.rejected, f.held, f.why, f.left_at
from {{ source('wechat', 'accounts') }} a
join {{ source('wechat', 'freshness') }} f on f.app_id = a.app_id
