using FollowerSync.Database;
using FollowerSync.Runs;
using FollowerSync.Status;
using FollowerSync.WeChat.Errors;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.StatusPage.Reading;

/// <summary>Reads how accounts stand. Whatever the number of followers, it reads rows of runs, facts and states alone.</summary>
internal static class CardStore
{
    private const string CardsSql =
        $"""
        with asked as (
            select a.app_id, a.name from wechat.accounts a
            union
            select c.app_id, c.app_id from unnest(@appIds::text[]) c (app_id) where not exists (select from wechat.accounts a where a.app_id = c.app_id)
        )
        select a.app_id, a.name, a.app_id = any(@appIds) as configured, now() as now, f.following as followers, f.complete_as_of, t.wechat_total, t.wechat_total_at,
               coalesce(t.run_id = f.run_id, false) as is_of_one_run,
               s.success_at, coalesce(s.success_took, interval '0') as success_took, s.run_id as complete_run_id, coalesce(s.added, 0) as added, coalesce(s.unsubscribed, 0) as unsubscribed, u.usual_time, e.recent, w.unfinished_error, h.held_run_id, p.paused_at, p.paused_by,
               (select max(x.ended_at) from followersync.page_actions x where x.app_id = a.app_id and x.action = 'resume' and x.outcome = 'done' and x.ended_at <= {DatabaseClock.Latest}) as resumed_at,
               exists (select from followersync.leases l where l.app_id = a.app_id and l.expires_at > now()) as is_leased,
               (select coalesce(sum(y.calls), 0)::bigint from followersync.api_usage y where y.app_id = a.app_id and y.day = (now() at time zone interval '8 hours')::date) as calls_today,
               b.calls as batch_calls, b.others as batch_others, b.daily_limit as batch_limit, o.stopped_until, o.stop_reason,
               (select max(k.expires_at) from followersync.access_tokens k where k.app_id = a.app_id and k.access_token is not null) as token_until
        from asked a
        left join followersync.counted_facts f on f.app_id = a.app_id
        left join followersync.pauses p on p.app_id = a.app_id
        left join lateral (
            select r.run_id, r.wechat_total, r.started_at as wechat_total_at from wechat.sync_runs r
            where r.app_id = a.app_id and r.trigger <> 'event' and r.wechat_total is not null and {SyncRunStore.HasBegun} order by r.started_at desc limit 1) t on true
        left join lateral (
            select coalesce(r.approved_at, r.finished_at) as success_at, greatest(r.finished_at - r.started_at, interval '0') as success_took, r.run_id, r.added, r.unsubscribed from wechat.sync_runs r
            where r.app_id = a.app_id and r.complete_as_of is not null and {SyncRunStore.IsOver} order by r.run_id desc limit 1) s on true
        left join lateral (
            select percentile_cont(0.5) within group (order by greatest(r.finished_at - r.started_at, interval '0')) as usual_time
            from (select r.started_at, r.finished_at from wechat.sync_runs r where r.app_id = a.app_id and r.complete_as_of is not null order by r.run_id desc offset 1 limit 10) r) u on true
        cross join lateral (
            select array(
                select r.listed from (select r.run_id, r.listed from wechat.sync_runs r where r.app_id = a.app_id and r.complete_as_of is not null order by r.run_id desc limit 30) r
                order by r.run_id) as recent) e
        left join lateral (
            select case when r.status = 'partial' then coalesce(r.error_en, r.error) end as unfinished_error from wechat.sync_runs r
            where r.app_id = a.app_id and r.trigger <> 'event' and r.status not in ('running', 'cancelled') and {SyncRunStore.HasBegun} order by r.started_at desc, r.run_id desc limit 1) w on true
        left join lateral (select max(r.run_id) as held_run_id from wechat.sync_runs r where r.app_id = a.app_id and r.status = 'held') h on true
        left join lateral (
            select coalesce(y.calls, 0) as calls, coalesce(y.others, 0) as others, l.daily_limit
            from (
                select t.daily_limit from followersync.api_usage t
                where t.app_id = a.app_id and t.api = '{WeChatApi.BatchGet}' and t.daily_limit is not null order by t.day desc limit 1) l
            left join followersync.api_usage y on y.app_id = a.app_id and y.api = '{WeChatApi.BatchGet}' and y.day = (now() at time zone interval '8 hours')::date) b on true
        left join lateral (
            select s.until as stopped_until, s.reason as stop_reason from followersync.api_stops s
            where s.app_id = a.app_id and {ApiStopSql.Holds} and not {ApiStopSql.StopIsLeft}
            order by s.until desc limit 1) o on true
        where @only::text is null or a.app_id = @only
        order by a.name, a.app_id
        """;

    private const string LastRunsSql =
        $"""
        select {SyncRunStore.Columns}
        from unnest(@appIds::text[]) a (account)
        cross join lateral (
            select * from wechat.sync_runs r where r.app_id = a.account and r.trigger <> 'event' and {SyncRunStore.HasBegun} order by r.started_at desc, r.run_id desc limit @limit) r
        """;

    // The newest run of whoever holds the lease: the others of the account are over, whatever their rows say. The times of its parts are those of its last merge, and of the
    // beginning of its marking. Of an account that is new it asks from the first page on; and where no further page is to be had, with the list still open. Of a list that an
    // earlier run began, nobody knows how much of it this one read.
    private const string RunningSql =
        $"""
        with rounds as materialized (
            select a.app_id, n.listing_id, n.started_at, greatest(n.highest_total, n.listed) as total, n.slice, n.status, n.pages, n.listed, n.listed_at,
                   r.run_id, r.started_at as run_started_at, r.added + r.changed + r.unchanged + r.rejected as own,
                   r.confirming_took is not null as is_past_list,
                   case when r.closing_took is not null then 'closing' when r.confirming_took is not null and r.refreshing_took is null then 'confirming' end as late_stage
            from followersync.leases a
            cross join lateral (
                select * from wechat.sync_runs r where r.app_id = a.app_id and r.trigger <> 'event' and {SyncRunStore.HasBegun} order by r.started_at desc, r.run_id desc limit 1) r
            left join followersync.listings n on n.listing_id = r.listing_id
            where a.expires_at > now() and r.status = 'running'
        ), {RoundSql.Asked}, {RoundSql.ToAsk}
        select a.app_id, a.run_id, a.run_started_at as started_at, coalesce(a.late_stage, case when s.is_listing then 'listing' else 'asking' end) as stage,
               case when s.is_listing then coalesce(a.listed, 0) else k.people end as done,
               case when s.is_listing then coalesce(a.total, 0) else k.people + coalesce(t.people, 0) end as total,
               case when not s.is_listing then a.own when a.started_at >= a.run_started_at then a.listed else 0 end as own,
               case when s.is_listing or not c.is_known then a.run_started_at else greatest(a.run_started_at, a.listed_at) end as since, now() as now
        from rounds a
        join asked k using (app_id)
        join to_ask t using (app_id)
        cross join lateral (select {RoundSql.IsKnown} as is_known) c
        cross join lateral (select a.listing_id is null or (a.status = 'open' and not a.is_past_list and (a.pages = 0 or c.is_known)) as is_listing) s
        order by a.app_id
        """;

    /// <summary>Every account of the settings, and those that only the database knows.</summary>
    /// <param name="tx">Sees what everybody committed.</param>
    /// <param name="configured">Accounts of the settings.</param>
    /// <param name="only">The one that is asked for; null = all.</param>
    public static async Task<List<AccountCard>> ReadAsync(Transaction tx, string[] configured, string? only)
    {
        List<AccountCard> cards = await tx.ReadAllAsync<AccountCard>(CardsSql, new { appIds = configured, only });
        string[] appIds = [.. cards.Select(card => card.AppId)];
        Dictionary<string, SyncRun> runs = (await tx.ReadAllAsync<SyncRun>(LastRunsSql, new { appIds, limit = 1 })).ToDictionary(run => run.AppId, StringComparer.Ordinal);
        Dictionary<string, RunProgress> running = (await ReadRunningAsync(tx)).ToDictionary(run => run.AppId, StringComparer.Ordinal);
        return [.. cards.Select(card => card with { LastRun = runs.GetValueOrDefault(card.AppId), Running = running.GetValueOrDefault(card.AppId) })];
    }

    /// <summary>The runs that go on now, those of arrivals left out.</summary>
    public static Task<List<RunProgress>> ReadRunningAsync(Transaction tx) => tx.ReadAllAsync<RunProgress>(RunningSql);

    /// <summary>The newest runs of an account, newest first, those of arrivals left out.</summary>
    public static Task<List<SyncRun>> ReadRunsAsync(Transaction tx, string appId, int limit) =>
        tx.ReadAllAsync<SyncRun>(LastRunsSql, new { appIds = new[] { appId }, limit });
}
