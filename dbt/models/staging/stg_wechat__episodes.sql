select e.app_id, e.openid, e.followed_at, e.unfollowed_after, e.unfollowed_before, e.source, e.scene
from {{ source('wechat', 'follow_episodes') }} e
