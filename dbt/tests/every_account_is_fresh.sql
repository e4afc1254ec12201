-- Source freshness looks at the newest account; this one at each. An account that was never complete is stale too; one that left the settings is not.
select app_id, complete_as_of
from {{ source('wechat', 'freshness') }}
where left_at is null
  and (complete_as_of is null or complete_as_of < current_timestamp - {{ var('stale_after_hours') }} * interval '1 hour')
