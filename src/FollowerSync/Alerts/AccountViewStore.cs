using FollowerSync.Accounts;
using FollowerSync.Alerts.Texts;
using FollowerSync.Database;
using FollowerSync.Runs;
using FollowerSync.WeChat.Quota;

namespace FollowerSync.Alerts;

/// <summary>Reads what alerts go by. All but the books comes from small tables, whatever the number of followers.</summary>
internal static class AccountViewStore
{
    // A token that somebody else keeps is stored anew by every look at it, whatever came of that: that it is another one, its generation tells.
    private static readonly string ViewSql =
        $"""
        select a.app_id, now() as now, s.success_at, coalesce(s.success_took, interval '0') as success_took,
               (select min(r.started_at) from wechat.sync_runs r where r.app_id = a.app_id and r.trigger <> 'event') as first_run_at, h.held_run_id,
               case when h.held_run_id is null then 0 else
                   (select count(*) from (select from followersync.unfollow_candidates u where u.app_id = a.app_id and u.held_since is not null limit {AlertLimits.CountedAtMost + 1}) u)
                   + (select count(*) from (select from followersync.held_identities i where i.app_id = a.app_id limit {AlertLimits.CountedAtMost + 1}) i) end as held_people,
               p.stop_reason, p.stopped_at, q.quota_until, q.quota_reason,
               (select l.paused_at from followersync.listings l where l.app_id = a.app_id order by l.listing_id desc limit 1) as paused_at,
               (select count(*) from followersync.token_replacements t where t.app_id = a.app_id and t.replaced_at > now() - interval '1 hour' and t.replaced_at <= {DatabaseClock.Latest}) as replacements,
               (select max(t.replaced_at) from followersync.token_replacements t where t.app_id = a.app_id and t.replaced_at <= {DatabaseClock.Latest}) as last_replacement_at,
               (select max(case when t.source in ('{TokenSource.External}', '{TokenSource.Redis}') then least(t.obtained_at, to_timestamp(t.generation / 1000000.0)) else t.obtained_at end)
                from followersync.access_tokens t where t.app_id = a.app_id and t.access_token is not null) as token_at,
               (select r.started_at from wechat.sync_runs r
                where r.app_id = a.app_id and r.trigger = 'event' and r.status = 'succeeded' and r.api_calls > 0 and {SyncRunStore.IsOver} order by r.started_at desc limit 1) as arrivals_at,
               exists (select from followersync.pauses p where p.app_id = a.app_id) as schedule_is_paused,
               (select max(x.ended_at) from followersync.page_actions x where x.app_id = a.app_id and x.action = 'resume' and x.outcome = 'done' and x.ended_at <= {DatabaseClock.Latest}) as resumed_at
        from unnest(@appIds::text[]) a (app_id)
        left join lateral (
            select coalesce(r.approved_at, r.finished_at) as success_at, greatest(r.finished_at - r.started_at, interval '0') as success_took
            from wechat.sync_runs r where r.app_id = a.app_id and r.trigger <> 'event' and r.status = 'succeeded' and {SyncRunStore.IsOver} order by r.started_at desc, r.run_id desc limit 1) s on true
        left join lateral (select max(r.run_id) as held_run_id from wechat.sync_runs r where r.app_id = a.app_id and r.status = 'held') h on true
        left join lateral (
            select s.reason[1] as stop_reason, s.stopped_at from followersync.api_stops s
            where s.app_id = a.app_id and s.api = '*' and {ApiStopSql.Holds} and not {ApiStopSql.StopIsLeft} order by s.stopped_at desc, s.host limit 1) p on true
        left join lateral (
            select s.until as quota_until, s.reason[1] as quota_reason
            from followersync.api_stops s where s.app_id = a.app_id and s.api <> '*' and {ApiStopSql.Holds} order by s.until desc limit 1) q on true
        """;

    // One whose changes somebody rejected did its work as one that holds them.
    private const string RunsSql =
        $"""
        select r.app_id, r.run_id, case when r.rejected_at is null then r.status else 'held' end as status, coalesce(r.error_en, r.error) as error, r.retry_at, r.finished_at, r.listed, r.status = 'failed' and {ApiStopSql.RunIsLeft} as another_fires
        from unnest(@appIds::text[]) a (app_id)
        cross join lateral (
            select * from wechat.sync_runs r
            where r.app_id = a.app_id and r.trigger <> 'event' and r.status not in ('running', 'cancelled') and {SyncRunStore.HasBegun}
            order by r.started_at desc, r.run_id desc limit 3) r
        """;

    private static readonly string RejectedSql =
        $"""
        select a.app_id, (select count(*) from (select from followersync.rejected_openids r where r.app_id = a.app_id limit {AlertLimits.CountedAtMost + 1}) r) as rejected
        from unnest(@appIds::text[]) a (app_id)
        """;

    private const string BooksSql =
        """
        select app_id, seen_until, difference::bigint as difference, cumulate_user as total
        from (
            select d.*, row_number() over (partition by d.app_id order by d.day desc) as newest
            from wechat.daily_totals d
            where d.app_id = any(@appIds) and d.difference is not null and d.day > (now() at time zone interval '8 hours')::date - 8) d
        where newest <= 2
        order by app_id, newest
        """;

    /// <summary>How the accounts stand.</summary>
    /// <param name="tx">Sees what everybody committed.</param>
    /// <param name="appIds">The accounts.</param>
    /// <param name="withBooks">Whether what takes longer is read too.</param>
    public static async Task<List<AccountView>> ReadAsync(Transaction tx, string[] appIds, bool withBooks)
    {
        List<AccountView> views = await tx.ReadAllAsync<AccountView>(ViewSql, new { appIds });
        ILookup<string, RunView> runs = (await tx.ReadAllAsync<RunView>(RunsSql, new { appIds })).ToLookup(run => run.AppId, StringComparer.Ordinal);
        Dictionary<string, BooksView> books = withBooks ? await ReadBooksAsync(tx, appIds) : [];
        return [.. views.Select(view => view with { Runs = [.. runs[view.AppId].Where(run => !run.IsLeftToAnother)], Books = books.GetValueOrDefault(view.AppId) })];
    }

    private static async Task<Dictionary<string, BooksView>> ReadBooksAsync(Transaction tx, string[] appIds)
    {
        List<(string AppId, long Rejected)> rejected = await tx.ReadAllAsync<(string, long)>(RejectedSql, new { appIds });
        ILookup<string, BookDay> days = (await tx.ReadAllAsync<BookDay>(BooksSql, new { appIds })).ToLookup(day => day.AppId, StringComparer.Ordinal);
        return rejected.ToDictionary(one => one.AppId, one => new BooksView(one.Rejected, [.. days[one.AppId]]), StringComparer.Ordinal);
    }
}
