select app_id, openid
from {{ ref('stg_wechat__followers') }}
where is_following and (unfollowed_after is not null or unfollowed_before is not null) or not is_following and unfollowed_before is null
