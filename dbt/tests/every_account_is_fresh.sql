-- Source freshness looks at the newest account; this one at each. An account that was never complete is stale too.
select app_id, complete_as_of
from {{ source('wechat', 'freshness') }}
where complete_as_of is null or complete_as_of < current_timestamp - {{ var('stale_after_hours') }} * interval '1 hour'
