-- A run whose lease has ended died, whatever its row says. Data is called old after a day and a half: one night was missed then. Times are told in Beijing.
create view wechat.freshness as
select a.app_id, a.name, r.run_id, r.complete_as_of, greatest(now() - r.complete_as_of, interval '0') as age,
       (select count(*) from followersync.rejected_openids j where j.app_id = a.app_id) as rejected,
       case when exists (select from wechat.sync_runs s where s.app_id = a.app_id and s.status = 'held') then
           (select count(*) from followersync.unfollow_candidates u where u.app_id = a.app_id and u.held_since is not null)
               + (select count(*) from followersync.held_identities h where h.app_id = a.app_id) else 0 end as held,
       (select min(c.confirmed_at) from followersync.confirmations c where c.app_id = a.app_id) as oldest_confirmation,
       (select count(*)
        from (
            select c.last_openid, lag(c.last_openid, 1, '') over (order by c.last_openid) as after_openid, c.confirmed_at
            from followersync.confirmations c where c.app_id = a.app_id) c
        join wechat.followers f on f.app_id = a.app_id and f.openid > c.after_openid and f.openid <= c.last_openid
        where c.confirmed_at < r.complete_as_of and f.subscribe and f.changed_at < r.complete_as_of) as not_confirmed_since,
       case when n.run_id is null then 'No run yet.'
            else nullif(concat_ws(' ',
                case when r.run_id is null then 'No run has been complete yet.'
                     when r.complete_as_of < now() - interval '36 hours'
                     then 'Nothing is complete since ' || to_char(r.complete_as_of at time zone interval '8 hours', 'YYYY-MM-DD HH24:MI') || '.' end,
                case when n.status = 'running' and n.is_alive then 'A run is under way.'
                     when n.status = 'running' then 'The newest run, begun at ' || n.begun || ', was broken off: its process died, or does not reach the database. What it stored is right; the next run goes on from there.'
                     when n.status <> 'succeeded' then 'The newest run, begun at ' || n.begun || ', ended as ' || n.status || ': ' || coalesce(n.error, 'no reason given')
                     else n.note end,
                case when n.status <> 'running' and n.started_at < now() - interval '36 hours' then 'No run has begun since ' || n.begun
                          || case when w.seen_at >= now() - interval '5 minutes' then ': look at Schedule:Cron, and at what followersync status says.'
                                  else ': no worker runs. Start it: followersync run.' end end), '') end as why,
       (select string_agg(w.what || ': ' || w.why, ' ' order by w.what) from followersync.account_readings w where w.app_id = a.app_id) as not_read
from wechat.accounts a
left join wechat.complete_runs r on r.app_id = a.app_id
left join lateral (
    select run_id, status, error, note, started_at, to_char(started_at at time zone interval '8 hours', 'YYYY-MM-DD HH24:MI') as begun,
           exists (select from followersync.leases l where l.app_id = a.app_id and l.expires_at > now()) as is_alive
    from wechat.sync_runs s
    where s.app_id = a.app_id and s.trigger <> 'event'
    order by started_at desc, run_id desc
    limit 1) n on true
cross join (select max(seen_at) as seen_at from followersync.workers where stopped_at is null) w;
comment on view wechat.freshness is 'How far every accounts data can be trusted: one row an account.';
comment on column wechat.freshness.app_id is 'Account.';
comment on column wechat.freshness.name is 'Its name.';
comment on column wechat.freshness.run_id is 'The newest complete run; null = none yet.';
comment on column wechat.freshness.complete_as_of is 'What the views tell is complete as of this time.';
comment on column wechat.freshness.age is 'How long ago that is.';
comment on column wechat.freshness.rejected is 'Openids that WeChat refuses or does not answer.';
comment on column wechat.freshness.held is 'People whose leaving or changed unionid somebody can approve or reject now: a run holds them.';
comment on column wechat.freshness.oldest_confirmation is 'The longest ago any known followers profile was confirmed by the refresh; null before the first refresh.';
comment on column wechat.freshness.not_confirmed_since is 'Followers WeChat has not been asked about since complete_as_of.';
comment on column wechat.freshness.not_read is 'What else could not be read of the account (groups, tags, tag_lists, blacklist, datacube), and why; null = everything was.';
comment on column wechat.freshness.why is 'Why the data is not complete or not new, or what to know of the newest run; null when it succeeded, a run is not overdue (36 hours), and there is nothing to know. Times in Beijing.';
