create view wechat.change_bounds as
select pruned_id as complete_after, last_id
from followersync.change_counter;
comment on view wechat.change_bounds is 'Which changes wechat.changes still has. Who has read up to change_id N misses nothing while complete_after <= N <= last_id; else only a full copy of wechat.followers helps. One row.';
comment on column wechat.change_bounds.complete_after is 'All changes with a higher change_id are there; older ones were deleted.';
comment on column wechat.change_bounds.last_id is 'change_id of the newest change there is, or was. Take it before you copy wechat.followers, then read what follows it.';
