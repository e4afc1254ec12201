using FollowerSync.Database;

namespace FollowerSync.Status;

/// <summary>Reads how the mirrors of all accounts stand.</summary>
internal sealed class AccountStateStore(FollowerDatabase database)
{
    // One walk through the followers, whatever the number of accounts.
    private const string Sql =
        $"""
        with following as (
            select app_id, count(*) filter (where subscribe) as people from wechat.followers group by app_id
        ), rejected as (
            select app_id, count(*) as openids from followersync.rejected_openids group by app_id
        ), succeeded as (
            select app_id, max(started_at) as started_at from wechat.sync_runs where status = 'succeeded' group by app_id
        )
        select a.app_id, a.name, (select max(run_id) from wechat.sync_runs where app_id = a.app_id and status = 'held') as held_run_id, coalesce(f.people, 0) as followers, coalesce(r.openids, 0) as rejected, s.started_at as complete_as_of,
               l.started_at as round_started_at, l.paused_at, l.listed, l.total, l.is_listed,
               case when l.is_listed then (
                        select count(*) from wechat.followers o
                        where o.app_id = a.app_id and o.openid > l.asked_through and o.subscribe and (o.changed_at < l.started_at or o.changed_at > {DatabaseClock.Latest}))
                    else l.total - l.listed end as to_ask,
               (select string_agg(w.what || ': ' || w.why, ' ' order by w.what) from followersync.account_readings w where w.app_id = a.app_id) as not_read
        from wechat.accounts a
        left join following f using (app_id)
        left join rejected r using (app_id)
        left join succeeded s using (app_id)
        left join lateral (
            select n.started_at, n.paused_at, n.listed, greatest(n.highest_total, n.listed) as total, n.status = 'complete' as is_listed, n.asked_through
            from (select * from followersync.listings where app_id = a.app_id order by listing_id desc limit 1) n
            where n.status in ('open', 'complete') and n.pages > 0
              and not exists (select from wechat.sync_runs where app_id = a.app_id and status = 'running')
        ) l on true
        order by a.name, a.app_id
        """;

    /// <summary>Every account that ever had a run.</summary>
    public Task<IReadOnlyList<AccountState>> ReadAsync(CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<AccountState>>(
        async tx => [.. (await tx.ReadAllAsync<Row>(Sql)).Select(row => new AccountState(row.AppId, row.Name, row.Followers, row.Rejected, row.CompleteAsOf, row.NotRead, row.Round, row.HeldRunId))],
        cancellationToken);

    private sealed record Row
    {
        public string AppId { get; init; } = "";

        public string Name { get; init; } = "";

        public long Followers { get; init; }

        public long Rejected { get; init; }

        public DateTimeOffset? CompleteAsOf { get; init; }

        public string? NotRead { get; init; }

        public long? HeldRunId { get; init; }

        public DateTimeOffset? RoundStartedAt { get; init; }

        public DateTimeOffset? PausedAt { get; init; }

        public long Listed { get; init; }

        public long Total { get; init; }

        public bool IsListed { get; init; }

        public long ToAsk { get; init; }

        public UnfinishedRound? Round => RoundStartedAt is { } started ? new UnfinishedRound(started, PausedAt, Listed, Total, IsListed, ToAsk) : null;
    }
}
