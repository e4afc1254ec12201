using FollowerSync.Database;
using FollowerSync.Followers;
using FollowerSync.Languages;

namespace FollowerSync.Status;

/// <summary>Reads how the mirrors of all accounts stand.</summary>
internal sealed class AccountStateStore(FollowerDatabase database)
{
    // One walk through the followers, whatever the number of accounts. Of an unfinished round are still to be asked for: the stored who are due, the listed
    // who are not stored, and, while the list is being read, whoever it has not reached. A run whose lease has ended died, whatever its row says.
    private const string Sql =
        $"""
        with following as materialized (
            select app_id, count(*) filter (where subscribe) as people from wechat.followers group by app_id
        ), {Rounds}, due as materialized (
            select o.app_id, count(*) as people
            from rounds l
            join wechat.followers o on o.app_id = l.app_id and o.openid > l.asked_through
            where l.is_listed and l.slice is null and o.subscribe and (o.answered_at between l.started_at and {DatabaseClock.Latest}) is not true
            group by o.app_id
        ), listed as materialized (
            select distinct l.app_id, o.openid
            from rounds l
            join followersync.listing_openids o on o.listing_id = l.listing_id
            left join wechat.followers f
                on f.app_id = l.app_id and f.openid = o.openid and f.subscribe
                and (l.is_listed or l.slice is not null or f.openid <= l.asked_through or f.answered_at between l.started_at and {DatabaseClock.Latest})
            where f.openid is null
        ), unstored as (
            select n.app_id, count(*) as people
            from listed n
            where not exists (
                select 1 from followersync.rejected_openids r where r.app_id = n.app_id and r.openid = n.openid and {RejectedOpenIdStore.Waits})
            group by n.app_id
        ), to_ask as (
            select l.app_id,
                   case when l.slice is not null then a.slice_left + case when l.is_listed then 0 else greatest(l.total - f.people - coalesce(n.people, 0), 0) end
                        when l.is_listed then coalesce(d.people, 0) else l.total - l.listed end + coalesce(n.people, 0) as people
            from rounds l join asked a using (app_id) left join due d using (app_id) left join unstored n using (app_id) left join following f using (app_id)
        )
        {States}
        """;

    // From small tables, whatever the number of followers: those of the newest complete run, and of a round what its runs have not yet been answered about.
    private const string SummarySql =
        $"""
        with {Rounds}, {RoundSql.ToAsk}
        {States}
        """;

    private const string Rounds =
        $"""
        rejected as (
            select app_id, count(*) as openids from followersync.rejected_openids group by app_id
        ), newest as (
            select n.* from wechat.accounts a cross join lateral (select * from followersync.listings where app_id = a.app_id order by listing_id desc limit 1) n
        ), rounds as materialized (
            select n.app_id, n.listing_id, n.started_at, n.paused_at, n.listed, greatest(n.highest_total, n.listed) as total, n.status = 'complete' as is_listed, n.asked_through, n.slice,
                   exists (select 1 from wechat.sync_runs where app_id = n.app_id and status = 'running' and trigger <> 'event')
                       and exists (select 1 from followersync.leases where app_id = n.app_id and expires_at > now()) as is_running
            from newest n
            where n.status in ('open', 'complete') and n.pages > 0
        ), {RoundSql.Asked}
        """;

    private const string States =
        """
        select a.app_id, a.name, (select max(run_id) from wechat.sync_runs where app_id = a.app_id and status = 'held') as held_run_id, coalesce(f.people, 0) as followers, coalesce(r.openids, 0) as rejected, s.complete_as_of,
               l.started_at as round_started_at, l.paused_at, l.listed, l.total, l.is_running,
               coalesce(t.people, 0) as to_ask, case when l.slice is null then l.total - t.people else k.people end as asked,
               (select array[string_agg(w.what || ': ' || w.why[1], ' ' order by w.what), string_agg(w.what || ': ' || w.why[2], ' ' order by w.what)]
                from followersync.account_readings w where w.app_id = a.app_id) as not_read,
               exists (select 1 from followersync.leases where app_id = a.app_id and expires_at > now()) as is_leased, i.waiting as arrivals_waiting, i.since as arrivals_waiting_since
        from wechat.accounts a
        left join following f using (app_id)
        left join rejected r using (app_id)
        left join wechat.complete_runs s using (app_id)
        left join rounds l on l.app_id = a.app_id
        left join to_ask t on t.app_id = a.app_id
        left join asked k on k.app_id = a.app_id
        left join lateral (
            select count(*) as waiting, min(v.received_at) as since from followersync.arrivals v where v.app_id = a.app_id and v.state = 'waiting') i on true
        order by a.name, a.app_id
        """;

    // The list is unlogged, so a standby has nothing of it, and refuses to be asked: of an unfinished round the new people are not counted there.
    private static readonly string StandbySql = Sql.Replace("followersync.listing_openids", "(select null::bigint as listing_id, null::text as openid limit 0)", StringComparison.Ordinal);

    /// <summary>Every account that ever had a run.</summary>
    public Task<IReadOnlyList<AccountState>> ReadAsync(CancellationToken cancellationToken) => database.RunAsync(
        async tx => await ReadAsync(tx, await tx.ReadAsync<bool>("select pg_is_in_recovery()") ? StandbySql : Sql), cancellationToken);

    /// <summary>Likewise at once, whatever the number of followers: none is counted.</summary>
    public Task<IReadOnlyList<AccountState>> SummariseAsync(CancellationToken cancellationToken) => database.RunAsync(tx => ReadAsync(tx, SummarySql), cancellationToken);

    private static async Task<IReadOnlyList<AccountState>> ReadAsync(Transaction tx, string sql) =>
        [.. (await tx.ReadAllAsync<Row>(sql)).Select(row => new AccountState(row.AppId, row.Name, row.Followers, row.Rejected, row.CompleteAsOf, row.NotRead, row.Round, row.HeldRunId)
        {
            IsSummary = sql == SummarySql,
            IsLeased = row.IsLeased,
            ArrivalsWaiting = row.ArrivalsWaiting,
            ArrivalsWaitingSince = row.ArrivalsWaitingSince,
        })];

    private sealed record Row
    {
        public string AppId { get; init; } = "";

        public string Name { get; init; } = "";

        public long Followers { get; init; }

        public long Rejected { get; init; }

        public DateTimeOffset? CompleteAsOf { get; init; }

        public Sentence? NotRead { get; init; }

        public long? HeldRunId { get; init; }

        public DateTimeOffset? RoundStartedAt { get; init; }

        public DateTimeOffset? PausedAt { get; init; }

        public long Listed { get; init; }

        public long Total { get; init; }

        public bool IsRunning { get; init; }

        public bool IsLeased { get; init; }

        public long ToAsk { get; init; }

        public long Asked { get; init; }

        public long ArrivalsWaiting { get; init; }

        public DateTimeOffset? ArrivalsWaitingSince { get; init; }

        public UnfinishedRound? Round => RoundStartedAt is { } started ? new UnfinishedRound(started, PausedAt, Listed, Total, ToAsk, Asked, IsRunning) : null;
    }
}
