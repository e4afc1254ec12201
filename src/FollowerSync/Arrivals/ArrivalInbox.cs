using FollowerSync.Database;

namespace FollowerSync.Arrivals;

/// <summary>Drains <c>followersync.arrivals</c>: who is due, what is known of them, and what became of it. What writes runs under the account's lease.</summary>
internal static class ArrivalInbox
{
    // Three seconds, so that who follows and leaves at once is asked about once. A time that nobody can have stored was stored by a clock that was set since.
    private const string IsDue =
        $"""
        a.state = 'waiting' and (a.received_at <= now() - interval '3 seconds' or a.received_at > {DatabaseClock.Latest})
        and (a.not_before is null or a.not_before <= now() or a.not_before > now() + interval '25 hours')
        """;

    private const string DueAccountsSql =
        $"""
        select p.app_id from unnest(@appIds::text[]) as p (app_id)
        where exists (select 1 from followersync.arrivals a where a.app_id = p.app_id and {IsDue})
        """;

    // Imports come last.
    private const string PageSql =
        $"""
        select (a.source = 'import'), a.arrival_id, a.openid
        from followersync.arrivals a
        where a.app_id = @appId and {IsDue} and ((a.source = 'import'), a.arrival_id) > (@isImport, @after)
        order by (a.source = 'import'), a.arrival_id
        limit @limit
        """;

    // All that waits for a person goes together, however new. What is done already goes with it: a message that comes late may only make sense beside those
    // that came before it.
    private const string TakeSql =
        $"""
        {NestedLoops.Off}
        with known as materialized (
            select openid, subscribe from wechat.followers where app_id = @appId and openid = any(array(select o from unnest(@openIds::text[]) o))
        )
        select a.arrival_id, p.openid, a.kind, a.event_key, a.happened_at, a.trusted, a.fingerprint, a.attempts, a.state = 'waiting' as is_waiting,
               f.subscribe is not null as is_stored
        from unnest(@openIds::text[]) with ordinality as p (openid, place)
        left join known f on f.openid = p.openid
        cross join lateral (
            select * from followersync.arrivals w
            where w.app_id = @appId and w.openid = p.openid and (w.state = 'waiting' or (w.state = 'done' and w.trusted))
            order by w.state = 'waiting' desc, w.arrival_id
            limit 200) a
        order by p.place, a.arrival_id
        {NestedLoops.On}
        """;

    private const string CloseSql =
        """
        update followersync.arrivals a
        set state = @state
        from unnest(@openIds::text[], @arrivalIds::bigint[]) as t (openid, arrival_id)
        cross join lateral (
            select w.ctid as place from followersync.arrivals w
            where w.app_id = @appId and w.openid = t.openid and w.arrival_id = t.arrival_id and w.state = 'waiting'
            limit 1) p
        where a.ctid = p.place
        """;

    private const string PostponeSql =
        """
        update followersync.arrivals a
        set attempts = a.attempts + @attempts, not_before = coalesce(now() + @pause::interval, now() + interval '1 minute' * power(2, least(a.attempts, 8)))
        from unnest(@openIds::text[], @arrivalIds::bigint[]) as t (openid, arrival_id)
        cross join lateral (
            select w.ctid as place from followersync.arrivals w
            where w.app_id = @appId and w.openid = t.openid and w.arrival_id = t.arrival_id and w.state = 'waiting'
            limit 1) p
        where a.ctid = p.place
        """;

    private const string NextDaySql =
        "select (date_trunc('day', now() at time zone 'Asia/Shanghai') + interval '1 day 6 minutes') at time zone 'Asia/Shanghai' - now()";

    private const string ResumeSql =
        "update followersync.arrivals set not_before = null where app_id = @appId and state = 'waiting' and not_before is not null and attempts = 0";

    private const string DeleteOldSql =
        """
        delete from followersync.arrivals
        where ctid = any(array(
            select ctid from followersync.arrivals
            where state <> 'waiting' and received_at < now() - interval '1 day'
            order by received_at
            limit 20000))
        """;

    /// <summary>Which of the accounts have somebody to ask about now. Costs a look into an index for each.</summary>
    public static Task<List<string>> FindDueAccountsAsync(Transaction tx, string[] appIds) => tx.ReadAllAsync<string>(DueAccountsSql, new { appIds });

    /// <summary>Arrivals that are due, behind a place in their order: imports behind all others, else the oldest first.</summary>
    public static async Task<List<ArrivalPlace>> ReadPageAsync(Transaction tx, string appId, ArrivalPlace after, int limit) => await tx.ReadAllAsync(
        PageSql,
        new { appId, isImport = after.IsImport, after = after.ArrivalId, limit },
        row => new ArrivalPlace(row.GetBoolean(0), row.GetInt64(1), row.GetString(2)));

    /// <summary>All that waits for these people, in their order, up to 200 arrivals each.</summary>
    public static Task<List<WaitingArrival>> TakeAsync(Transaction tx, string appId, string[] openIds) =>
        tx.ReadAllAsync<WaitingArrival>(TakeSql, new { appId, openIds });

    /// <summary>The arrivals have led to what they ask for.</summary>
    public static Task DoneAsync(Transaction tx, string appId, IReadOnlyCollection<(string OpenId, long ArrivalId)> arrivals) => CloseAsync(tx, appId, arrivals, "done");

    /// <summary>WeChat refuses the people's openids.</summary>
    public static Task RefuseAsync(Transaction tx, string appId, IReadOnlyCollection<(string OpenId, long ArrivalId)> arrivals) => CloseAsync(tx, appId, arrivals, "refused");

    /// <summary>Leaves arrivals alone for a while.</summary>
    /// <param name="tx">The caller's.</param>
    /// <param name="appId">The account.</param>
    /// <param name="arrivals">Whom.</param>
    /// <param name="pause">For how long; null = the longer, the more often they failed: from a minute to four hours.</param>
    public static Task PostponeAsync(Transaction tx, string appId, IReadOnlyCollection<(string OpenId, long ArrivalId)> arrivals, TimeSpan? pause) =>
        arrivals.Count == 0 ? Task.CompletedTask : tx.ExecuteAsync(
            PostponeSql,
            new { appId, attempts = pause is null ? 1 : 0, pause, openIds = arrivals.Select(a => a.OpenId).ToArray(), arrivalIds = arrivals.Select(a => a.ArrivalId).ToArray() });

    /// <summary>In how long WeChat counts a new day.</summary>
    public static Task<TimeSpan> UntilNextDayAsync(Transaction tx) => tx.ReadAsync<TimeSpan>(NextDaySql);

    /// <summary>What waited for the account's being answered again waits no longer.</summary>
    public static Task ResumeAsync(Transaction tx, string appId) => tx.ExecuteAsync(ResumeSql, new { appId });

    /// <summary>Deletes what was received over a day ago and waits no longer, in whatever account, a part of it at a time.</summary>
    /// <returns>How many rows went; 0 = none is left.</returns>
    public static Task<int> DeleteOldAsync(Transaction tx) => tx.ExecuteAsync(DeleteOldSql);

    private static Task CloseAsync(Transaction tx, string appId, IReadOnlyCollection<(string OpenId, long ArrivalId)> arrivals, string state) =>
        arrivals.Count == 0 ? Task.CompletedTask : tx.ExecuteAsync(
            CloseSql, new { appId, state, openIds = arrivals.Select(a => a.OpenId).ToArray(), arrivalIds = arrivals.Select(a => a.ArrivalId).ToArray() });
}
