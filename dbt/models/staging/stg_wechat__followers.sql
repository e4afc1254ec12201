-- No personal column: a login of the role analyst may read this.
select f.app_id, f.openid, f.unionid, f.subscribe as is_following, f.subscribe_time as followed_at, f.unfollowed_after, f.unfollowed_before, f.subscribe_scene as scene,
       f.qr_scene, f.qr_scene_str, f.blacklisted as is_blacklisted, f.anonymised_at is not null as is_anonymised, f.first_seen_at, f.changed_at
from {{ source('wechat', 'followers') }} f
