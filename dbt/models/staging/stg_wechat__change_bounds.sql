-- Who has read up to change_id N misses nothing while N is between the two.
select complete_after, last_id
from {{ source('wechat', 'change_bounds') }}
