-- As in db/views, but whose row is older than the newest complete run is counted of all accounts at once.
create or replace view wechat.freshness as
select a.app_id, a.name as account, r.run_id, r.complete_as_of, greatest(now() - r.complete_as_of, interval '0') as age,
       case when r.run_id is not null then (select count(*) from followersync.rejected_openids j where j.app_id = a.app_id) end as rejected,
       case when exists (select 1 from wechat.sync_runs s where s.app_id = a.app_id and s.status = 'held') then
           (select count(*) from followersync.unfollow_candidates u where u.app_id = a.app_id and u.held_since is not null)
               + (select count(*) from followersync.held_identities h where h.app_id = a.app_id)
            when r.run_id is not null then 0 end as held,
       (select min(c.confirmed_at) from followersync.confirmations c where c.app_id = a.app_id) as oldest_confirmation,
       case when r.run_id is not null then coalesce(u.people, 0) end as not_confirmed_since,
       case when a.left_at is not null then case when l.is_chinese then '自 ' else 'No longer in the settings since ' end
                || to_char(a.left_at at time zone interval '8 hours', 'YYYY-MM-DD HH24:MI') || case when l.is_chinese then ' 起不在设置中，不再同步。' else '.' end
            when n.run_id is null then case when l.is_chinese then '还没有同步过。' else 'No run yet.' end
            else nullif(concat_ws(case when l.is_chinese then '' else ' ' end,
                case when r.run_id is null then case when l.is_chinese then '还没有一次完整的同步。' else 'No run has been complete yet.' end
                     when r.complete_as_of < now() - interval '36 hours'
                     then case when l.is_chinese then '自 ' else 'Nothing is complete since ' end || to_char(r.complete_as_of at time zone interval '8 hours', 'YYYY-MM-DD HH24:MI')
                          || case when l.is_chinese then ' 以来没有完整的数据。' else '.' end end,
                case when n.status = 'running' and n.is_alive then case when l.is_chinese then '正在同步。' else 'A run is under way.' end
                     when n.status = 'running' then case when l.is_chinese
                         then '最近一次同步（' || n.begun || ' 开始）中断了：它的进程已死，或连不上数据库。它所存入的都是对的；下一次同步接着做。'
                         else 'The newest run, begun at ' || n.begun || ', was broken off: its process died, or does not reach the database. What it stored is right; the next run goes on from there.' end
                     when n.status <> 'succeeded' then case when l.is_chinese
                         then '最近一次同步（' || n.begun || ' 开始）的结果是 ' || n.status || '：' || coalesce(n.error, '没有给出原因')
                         else 'The newest run, begun at ' || n.begun || ', ended as ' || n.status || ': ' || coalesce(n.error, 'no reason given') end
                     else n.note end,
                case when p.paused_at is not null then case when l.is_chinese then '自 ' else 'Its schedule is paused on the status page since ' end
                          || to_char(p.paused_at at time zone interval '8 hours', 'YYYY-MM-DD HH24:MI') || case when l.is_chinese then ' 起在状态页上暂停，不会自动同步。' else '.' end
                     when n.status <> 'running' and n.started_at < now() - interval '36 hours' then case
                    when l.is_chinese then '自 ' || n.begun || ' 以来没有开始过同步'
                          || case when w.last_seen >= now() - interval '5 minutes' then '：请检查 Schedule:Cron，以及 followersync status 的输出。'
                                  else '：程序没有运行。请启动：followersync run。' end
                    else 'No run has begun since ' || n.begun
                          || case when w.last_seen >= now() - interval '5 minutes' then ': look at Schedule:Cron, and at what followersync status says.'
                                  else ': no worker runs. Start it: followersync run.' end end end), '') end as why,
       (select string_agg(w.what || ': ' || w.why[1 + l.is_chinese::int], ' ' order by w.what) from followersync.account_readings w where w.app_id = a.app_id) as not_read, a.left_at
from wechat.accounts a
left join wechat.complete_runs r on r.app_id = a.app_id
left join (
    select p.app_id, sum(p.people)::bigint as people
    from (
        select d.app_id, count(*) as people
        from (
            select c.app_id, c.after_openid, c.last_openid, r.complete_as_of
            from (
                select app_id, last_openid, lag(last_openid, 1, '') over (partition by app_id order by last_openid) as after_openid, confirmed_at
                from followersync.confirmations) c
            join wechat.complete_runs r on r.app_id = c.app_id
            where c.confirmed_at < r.complete_as_of) d
        join wechat.followers f on f.app_id = d.app_id and f.openid > d.after_openid and f.openid <= d.last_openid
        where f.subscribe and (f.answered_at >= d.complete_as_of) is not true
        group by d.app_id
        union all
        select j.app_id, count(*)
        from (
            select j.app_id, j.openid, r.complete_as_of
            from followersync.rejected_openids j
            join wechat.complete_runs r on r.app_id = j.app_id
            left join (
                select app_id, last_openid, lag(last_openid, 1, '') over (partition by app_id order by last_openid) as after_openid, confirmed_at
                from followersync.confirmations) c on c.app_id = j.app_id and j.openid > c.after_openid and j.openid <= c.last_openid
            where (c.confirmed_at < r.complete_as_of) is not true) j
        join wechat.followers f on f.app_id = j.app_id and f.openid = j.openid
        where f.subscribe and (f.answered_at >= j.complete_as_of) is not true
        group by j.app_id) p
    group by p.app_id) u on u.app_id = a.app_id
left join lateral (
    select run_id, status, error, note, started_at, to_char(started_at at time zone interval '8 hours', 'YYYY-MM-DD HH24:MI') as begun,
           exists (select 1 from followersync.leases l where l.app_id = a.app_id and l.expires_at > now()) as is_alive
    from wechat.sync_runs s
    where s.app_id = a.app_id and s.trigger <> 'event' and (s.started_at <= now() + interval '1 minute' or s.status = 'running')
    order by started_at desc, run_id desc
    limit 1) n on true
left join followersync.pauses p on p.app_id = a.app_id
cross join (select max(last_seen) as last_seen from followersync.nodes where stopped_at is null) w
cross join (select coalesce((select comments like 'zh-CN%' from followersync.schema_views), false) as is_chinese) l;
