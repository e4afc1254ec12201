select d.app_id, d.day, d.followers_at_least, d.followers_at_most, d.new as followed, d.left_at_least, d.left_at_most, d.cumulate_user as followers_by_wechat, d.difference
from {{ source('wechat', 'daily_totals') }} d
