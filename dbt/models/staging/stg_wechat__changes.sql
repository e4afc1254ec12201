-- For incremental models: read what has a higher change_id than the last one merged, as long as complete_after is not above that.
select c.change_id, c.app_id, c.openid, c.kind, c.kind = 'deleted' as is_gone, c.at, b.complete_after
from {{ source('wechat', 'changes') }} c
cross join {{ source('wechat', 'change_bounds') }} b
