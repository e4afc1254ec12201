select t.app_id, t.openid, t.tag_id, t.name as tag
from {{ source('wechat', 'follower_tags') }} t
