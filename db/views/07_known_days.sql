-- Beijing has kept eight hours since 1991: days are counted by the interval, not by the name of the zone.
create view wechat.known_days as
select c.app_id, a.name as account, c.run_id, c.known_from, c.complete_as_of,
       (c.known_from at time zone interval '8 hours')::date as known_day,
       (c.complete_as_of at time zone interval '8 hours')::date - 1 as last_day
from followersync.counted_facts c
left join wechat.accounts a using (app_id);
comment on view wechat.known_days is 'From when until when the daily facts of every account are true. Missing: an account that never completed a run.';
comment on column wechat.known_days.app_id is 'Account.';
comment on column wechat.known_days.account is 'Its name.';
comment on column wechat.known_days.run_id is 'The complete run that counted last.';
comment on column wechat.known_days.known_from is 'When the first complete run began: who had followed and left before is not known.';
comment on column wechat.known_days.complete_as_of is 'When the list of the newest complete run was begun: what is told is complete as of this time.';
comment on column wechat.known_days.known_day is 'First day of whose end the number of followers is known.';
comment on column wechat.known_days.last_day is 'Last day that was over then: totals and growth end with it.';
