-- The ready views for analysts stand on this one: each tells what was stored when the newest complete run ended, so that a run under way, or one that
-- was broken off, is not to be seen in them.
--
-- Beijing has kept eight hours since 1991. The views add them as an interval, not by the name of the zone, and count days as hours: looking up the
-- zone for every row costs more than all the rest.
-- Where the clock was set back since an earlier run, that run's rows bear a later time than this one's end.
create view wechat.complete_runs as
select distinct on (r.app_id) r.app_id, a.name as account, r.run_id, r.complete_as_of, greatest(coalesce(r.approved_at, r.finished_at), c.stored_through) as stored_at,
       min(r.complete_as_of) over (partition by r.app_id) as known_from
from wechat.sync_runs r
left join wechat.accounts a on a.app_id = r.app_id
left join followersync.counted_facts c on c.app_id = r.app_id and c.run_id = r.run_id
where r.complete_as_of is not null
order by r.app_id, r.run_id desc;
comment on view wechat.complete_runs is 'The newest run of every account that looked at everybody and came to its end: short runs that only see to who has just arrived (trigger event) are none. The ready views tell what was stored when it ended: what an unfinished run has written since is not in them.';
comment on column wechat.complete_runs.app_id is 'Account.';
comment on column wechat.complete_runs.account is 'Its name.';
comment on column wechat.complete_runs.run_id is 'The run.';
comment on column wechat.complete_runs.complete_as_of is 'When the first page of the list was asked for that it came to the end of, be it by an earlier run: whoever had come or gone by then is known.';
comment on column wechat.complete_runs.stored_at is 'By when its last change was stored; after a clock was set back, by when that of the runs before it was.';
comment on column wechat.complete_runs.known_from is 'The same of the account''s first complete run: who had followed and left before it, nobody knows.';
