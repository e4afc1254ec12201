select change_id, app_id, openid, kind, kind = 'deleted' as is_gone, at
from {{ source('wechat', 'changes') }}
